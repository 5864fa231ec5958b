/** The text of a body that is HTML, for collections that give no text; and whether there is more to it than text. */

const entities: Readonly<Record<string, string>> = {
  amp: '&',
  lt: '<',
  gt: '>',
  quot: '"',
  apos: "'",
  nbsp: '\u00a0',
};

/** A tag, or the beginning of a comment. What is not closed ends at the next one, so that it takes linear time. */
const TAG = /<!--|<(\/?)([a-z][\w-]*)[^<>]*>/gi;

const invisible: ReadonlySet<string> = new Set(['style', 'script', 'head', 'title']);
/** Elements whose end ends a line; `br` has none. */
const blocks: ReadonlySet<string> = new Set(
  'p div li tr h1 h2 h3 h4 h5 h6 blockquote pre ul ol table'.split(' '),
);

/** Line feeds between lines; runs of blanks are one, as they are shown. */
export function textOfHtml(html: string): string {
  const parts: string[] = [];
  let hidden: string | undefined;
  let at = 0;
  for (const { 0: tag, 1: slash, 2: written, index } of html.matchAll(TAG)) {
    if (index < at) continue;
    if (hidden === undefined) parts.push(shown(html.slice(at, index)));
    at = index + tag.length;
    if (tag === '<!--') {
      const end = html.indexOf('-->', at);
      at = end === -1 ? html.length : end + 3;
      continue;
    }
    const name = written?.toLowerCase() ?? '';
    const isEnd = slash === '/';
    if (hidden !== undefined) hidden = isEnd && name === hidden ? undefined : hidden;
    else if (!isEnd && invisible.has(name)) hidden = name;
    else if (name === 'br' || (isEnd && blocks.has(name))) parts.push('\n');
  }
  if (hidden === undefined) parts.push(shown(html.slice(at)));
  return parts
    .join('')
    .split('\n')
    .map((line) => line.trim())
    .join('\n')
    .trim();
}

const shown = (text: string): string =>
  text.replace(/\s+/g, ' ').replace(/&(?:#(\d{1,7})|#x([0-9a-f]{1,6})|([a-z]\w{1,30}));/gi, decoded);

function decoded(whole: string, decimal?: string, hex?: string, name?: string): string {
  if (name !== undefined) return entities[name.toLowerCase()] ?? whole;
  const code = decimal === undefined ? Number.parseInt(hex ?? '', 16) : Number(decimal);
  return code <= 0x10_ffff ? String.fromCodePoint(code) : whole;
}

/** What services put around plain text when they show it as HTML. */
const plain: ReadonlySet<string> = new Set([
  'html',
  'head',
  'meta',
  'body',
  'div',
  'p',
  'span',
  'br',
  'title',
]);

/** Whether writing the text alone would lose what a person has made of it (spec: datasets 9.2 E5). */
export function isFormatted(html: string): boolean {
  for (const [, , name] of html.matchAll(TAG))
    if (name !== undefined && !plain.has(name.toLowerCase())) return true;
  return false;
}
