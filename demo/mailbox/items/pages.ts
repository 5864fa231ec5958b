import type { Backend } from '../backend.ts';
import { graphBase } from '../protocol/answer.ts';
import { readCount } from '../protocol/options.ts';
import type { Call } from '../router.ts';

/** Which rows of a list a request asks for. */
export interface PageWish {
  readonly size: number;
  readonly skip: number;
}

/** Reads `$top`, `$skip` and the preferred page size. Throws a GraphFault 400. */
export function readPage(backend: Backend, { request }: Call): PageWish {
  const wished = request.preferences.maxPageSize ?? backend.switches.defaultPageSize;
  return {
    size: readCount(request, '$top', { min: 1, max: 1000 }) ?? wished,
    skip: readCount(request, '$skip', { min: 0, max: 999_999_999 }) ?? 0,
  };
}

/** The link to the rows after a page, if there are any: the same request from a later row on, and always to Graph itself. */
export function nextLink(
  { request }: Call,
  { size, skip }: PageWish,
  rows: number,
): Readonly<Record<string, string>> {
  if (rows <= size) return {};
  const options = [...request.query]
    .filter(([name]) => name !== '$skip')
    .map(([name, value]) => `${name}=${encodeURIComponent(value)}`);
  const path = request.path.map(encodeURIComponent).join('/');
  return { '@odata.nextLink': `${graphBase}/${path}?${[...options, `$skip=${skip + size}`].join('&')}` };
}
