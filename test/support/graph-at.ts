/** What is loaded into a host before its program, so that Microsoft Graph is the local mailbox at the address of GRAPH_AT. */
const source = `
const real = globalThis.fetch;
globalThis.fetch = (input, init) => {
  const address = input instanceof Request ? input.url : String(input);
  const at = address.replace(/^https:\\/\\/graph\\.microsoft\\.com(?=\\/)/, process.env.GRAPH_AT);
  return real(input instanceof Request ? new Request(at, input) : at, init);
};
`;

/** For NODE_OPTIONS. */
export const graphAtOption = `--import data:text/javascript;base64,${Buffer.from(source).toString('base64')}`;
