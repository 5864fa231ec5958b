import { RecordProblem } from '../record/record-problem.ts';
import { isBlank, lineFeeds, shortened } from '../record/characters.ts';
import { ownText, type XmlElement } from '../record/xml.ts';

/** The text of an element that may hold only text, with LF line ends. Error: `record.structure`. */
export function textContent(xml: XmlElement): string {
  const child = xml.nodes.find((node) => typeof node !== 'string');
  if (child !== undefined) {
    throw new RecordProblem('record.structure', `${shortened(child.name)} within ${shortened(xml.name)}`);
  }
  return lineFeeds(ownText(xml));
}

/** As textContent, but white space alone is no text. */
export function valueContent(xml: XmlElement): string {
  const text = textContent(xml);
  return isBlank(text) ? '' : text;
}
