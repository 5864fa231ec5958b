/**
 * An invented dataset with two fields, `Title` and `Text`: the device's side knows no dataset by name, and what is
 * tested with this one holds for those that come later.
 */
import { stableJson, type DatasetDefinition, type Fields, type ReadOutcome } from '../../datasets/index.ts';

const NAMES = ['Title', 'Text'] as const;

function unescape(text: string): string {
  return text.replaceAll('&lt;', '<').replaceAll('&quot;', '"').replaceAll('&amp;', '&');
}

function escape(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('"', '&quot;');
}

function read(xml: string): ReadOutcome {
  const body = /^\s*<Note>([\s\S]*)<\/Note>\s*$/.exec(xml)?.[1];
  if (body === undefined) return { ok: false, error: { code: 'record.wrong-root', detail: 'not a Note' } };
  const identifier = /<Identifier( localIdentifier="false")?>([^<]*)<\/Identifier>/.exec(body);
  const found = NAMES.flatMap((name) => {
    const text = new RegExp(`<${name}>([^<]*)</${name}>`).exec(body)?.[1];
    return text === undefined ? [] : [[name, unescape(text)] as const];
  });
  return {
    ok: true,
    record: {
      id: unescape(identifier?.[2] ?? ''),
      localIdentifier: identifier?.[1] === undefined,
      fields: Object.fromEntries(found.filter(([, text]) => text !== '')),
      present: new Set(found.map(([name]) => name)),
      maxItems: new Map(),
      blanked: new Set(),
      warnings: [],
    },
  };
}

const same = (fields: Fields): Fields => fields;
const text = (fields: Fields): string => JSON.stringify(Object.entries(fields).sort());

export const notes: DatasetDefinition = {
  name: 'notes',
  root: 'Note',
  titleField: 'Title',
  read,
  write(fields, { id, own }) {
    const lines = NAMES.map(
      (name) => `    <${name}>${escape(typeof fields[name] === 'string' ? fields[name] : '')}</${name}>\n`,
    );
    const identifier = `<Identifier${own ? '' : ' localIdentifier="false"'}>${escape(id)}</Identifier>`;
    return `\n<Note>\n    ${identifier}\n${lines.join('')}</Note>`;
  },
  writeFields: () => undefined,
  applyReplace: (previous, record) => {
    const kept = Object.entries(previous).filter(([key]) => !record.present.has(key));
    return { ...Object.fromEntries(kept), ...record.fields };
  },
  problem: (key, value) => {
    if (!NAMES.some((name) => name === key)) return 'no such field';
    return typeof value === 'string' ? undefined : 'must be a text';
  },
  referenceSchema: () => '<Note><Identifier/><Title/><Text/></Note>',
  canonical: same,
  canonicalText: (fields) => stableJson(fields),
  matchText: text,
  sameValue: (_key, a, b) => a === b,
  normalise: same,
  rendition: (_side, fields) => fields,
  formatted: new Set<string>(),
  identity: () => undefined,
  label: (fields) => (typeof fields.Title === 'string' ? fields.Title : 'a note'),
  fieldLabel: (key) => key,
};

/** A note as a desktop sends it: a create under the desktop's id, or a replace under the device's. */
export function noteXml(
  id: string,
  fields: { readonly Title?: string; readonly Text?: string },
  own = false,
): string {
  return notes.write(fields, { id, own, style: 'desktop' });
}
