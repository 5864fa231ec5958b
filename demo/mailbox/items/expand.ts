import { badUrl, GraphFault } from '../protocol/fault.ts';
import { quotedText, unquote } from '../protocol/options.ts';
import { readExtendedId } from './extended.ts';

const idClause = new RegExp(String.raw`^\s*id\s+eq\s+(${quotedText})\s*`, 'i');

/** `$filter=id eq '…' or id eq '…'`: there is no "all" (spec: graph 2.6). */
export function readExtendedFilter(options: string | undefined): Map<string, string> {
  const filter = /^\s*\$filter\s*=(.*)$/s.exec(options ?? '')?.[1];
  if (filter === undefined) {
    throw new GraphFault(
      400,
      'ErrorInvalidRequest',
      'Expanding singleValueExtendedProperties needs a $filter by id.',
    );
  }
  const extended = new Map<string, string>();
  let rest = filter;
  for (;;) {
    const match = idClause.exec(rest);
    if (match?.[1] === undefined)
      throw badUrl(`The $filter of $expand cannot be read at '${rest.slice(0, 60)}'.`);
    const id = unquote(match[1]);
    extended.set(readExtendedId(id).key, id);
    rest = rest.slice(match[0].length);
    if (rest === '') return extended;
    if (!/^or\s/i.test(rest))
      throw badUrl(`The $filter of $expand cannot be read at '${rest.slice(0, 60)}'.`);
    rest = rest.slice(2);
  }
}
