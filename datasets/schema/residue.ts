/**
 * Top-level elements that a dataset does not know, of a later version of the device's software: kept on the side that
 * sent them, as XML, and never sent to the other one (spec: datasets 7.5 rule 1).
 */
import type { Fields } from '../record/fields.ts';
import { residueKey, textsOf } from '../record/keys.ts';
import { readXml } from '../record/read-xml.ts';
import type { XmlElement } from '../record/xml.ts';

/** The unknown elements of a record. Stored text that is no XML is left out, so that it cannot spoil the document. */
export function residueElements(fields: Fields): XmlElement[] {
  return textsOf(fields[residueKey]).flatMap((xml) => {
    const outcome = readXml(xml);
    return outcome.ok ? [outcome.root] : [];
  });
}

/** What was there, but for elements of a name that was sent now, and what was sent. */
export function joinedResidue(previous: Fields, sent: Fields): string[] {
  const after = textsOf(sent[residueKey]);
  const names = new Set(after.map(rootName));
  return [...textsOf(previous[residueKey]).filter((xml) => !names.has(rootName(xml))), ...after];
}

function rootName(xml: string): string {
  return /^<([^\s/>]+)/.exec(xml)?.[1] ?? '';
}
