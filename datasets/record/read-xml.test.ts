import { describe, expect, it } from 'vitest';
import { readXml, type XmlLimits } from './read-xml.ts';
import { childElements, ownText, type XmlElement } from './xml.ts';

function read(document: string, limits?: Partial<XmlLimits>): XmlElement {
  const outcome = readXml(document, limits);
  if (!outcome.ok) throw new Error(`${outcome.error.code}: ${outcome.error.detail}`);
  return outcome.root;
}

function refused(document: string, limits?: Partial<XmlLimits>) {
  const outcome = readXml(document, limits);
  return outcome.ok ? undefined : outcome.error;
}

describe('a document', () => {
  it('is read with its elements, attributes and texts in order', () => {
    const root = read('<a x="1" y="&lt;&#10;"><b>t</b><c/>u</a>');
    expect(root.name).toBe('a');
    expect(root.attributes).toEqual([
      ['x', '1'],
      ['y', '<\n'],
    ]);
    expect(childElements(root).map((child) => child.name)).toEqual(['b', 'c']);
    expect(root.nodes.at(-1)).toBe('u');
  });

  it('may have comments and CDATA within a text: comments are skipped (spec: datasets 2.2)', () => {
    expect(ownText(read('<a>one<!-- two --><![CDATA[ <three> ]]>&amp;four</a>'))).toBe('one <three> &four');
  });

  it('#68 may begin with a line feed, a declaration, both, or a byte order mark', () => {
    const declaration = '<?xml version="1.0" encoding="UTF-8"?>';
    for (const start of ['\n', declaration, `${declaration}\n`, `\n${declaration}`, '\ufeff']) {
      expect(read(`${start}<a>x</a>\n`).name).toBe('a');
    }
  });

  it('#75 is repaired where it holds characters that XML does not allow', () => {
    const outcome = readXml('<a>one\u0001two\ud800\uffff</a>');
    expect(outcome).toMatchObject({ ok: true, repaired: true });
    if (outcome.ok) expect(ownText(outcome.root)).toBe('onetwo');
    expect(readXml('<a>😀\t\u{10fffd}</a>')).toMatchObject({ ok: true, repaired: false });
  });

  it('#76 has LF line ends in its texts', () => {
    expect(ownText(read('<a>one\r\ntwo\rthree</a>'))).toBe('one\ntwo\nthree');
  });

  it('is not allowed to be anything but XML, and the error tells the place', () => {
    expect(refused('')).toMatchObject({ code: 'record.not-xml' });
    expect(refused('no record')).toMatchObject({ code: 'record.not-xml' });
    expect(refused('<a>\n<b></a>')).toMatchObject({ code: 'record.not-xml' });
    expect(refused('<a>\n<b></a>')?.detail).toMatch(/^2:/);
    expect(refused('<a/><b/>')).toMatchObject({ code: 'record.not-xml' });
    expect(refused('<a x="1" x="2"/>')).toMatchObject({ code: 'record.not-xml' });
    expect(refused('<a>&#0;</a>')).toMatchObject({ code: 'record.not-xml' });
  });
});

describe('hostile documents', () => {
  const lolz = Array.from({ length: 9 }, (_, n) => `<!ENTITY l${n + 1} "${`&l${n};`.repeat(10)}">`).join('');

  it.each([
    ['a billion laughs', `<!DOCTYPE a [<!ENTITY l0 "lol">${lolz}]><a>&l9;</a>`],
    ['quadratic growth', `<!DOCTYPE a [<!ENTITY q "${'x'.repeat(50_000)}">]><a>${'&q;'.repeat(50_000)}</a>`],
    ['an external entity', '<!DOCTYPE a [<!ENTITY f SYSTEM "file:///etc/passwd">]><a>&f;</a>'],
    ['an external document type', '<!DOCTYPE a SYSTEM "http://127.0.0.1:1/a.dtd"><a/>'],
    ['a document type without an entity', '<!DOCTYPE a><a/>'],
    ['an entity that nobody defined', '<a>&nbsp;</a>'],
    ['an entity in an attribute', '<a x="&nbsp;"/>'],
  ])('%s is refused as forbidden', (_, document) => {
    expect(refused(document)).toMatchObject({ code: 'record.forbidden-xml' });
  });

  it('deep nesting, a giant attribute, crowds of elements and a giant document are too large', () => {
    expect(refused('<a>'.repeat(100_000))).toMatchObject({ code: 'record.too-large' });
    expect(refused(`<a x="${'y'.repeat(1_000_000)}"/>`)).toMatchObject({ code: 'record.too-large' });
    expect(refused(`<a>${'<b/>'.repeat(200_000)}</a>`)).toMatchObject({ code: 'record.too-large' });
    expect(refused(`<a>${'x'.repeat(17 * 1024 * 1024)}</a>`)).toMatchObject({ code: 'record.too-large' });
  });

  it('the limits can be set', () => {
    expect(refused('<a><b><c/></b></a>', { depth: 2 })?.detail).toContain('deeper than 2');
    expect(read('<a><b><c/></b></a>', { depth: 3 }).name).toBe('a');
    expect(refused('<a x="123"/>', { attributeLength: 2 })?.detail).toContain('attribute x');
    expect(refused('<a><b/><b/></a>', { elements: 2 })?.detail).toContain('2 elements');
    expect(refused('<a>1234</a>', { documentLength: 10 })?.detail).toContain('limit is 10');
  });

  it('a text of 8 MB is none of them', () => {
    const text = 'Størst av alt. '.repeat(560_000);
    expect(ownText(read(`<a><b>${text}</b></a>`).nodes[0] as XmlElement)).toBe(text);
  });

  it('names like __proto__ are names like any other', () => {
    const root = read('<__proto__ __proto__="x" constructor="y"><constructor>z</constructor></__proto__>');
    expect(root.name).toBe('__proto__');
    expect(root.attributes).toEqual([
      ['__proto__', 'x'],
      ['constructor', 'y'],
    ]);
    expect(({} as Record<string, unknown>).x).toBeUndefined();
  });
});
