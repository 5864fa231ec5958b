/** XML as the device writes it: leading LF, four blanks, start and end tag always apart (spec: datasets 2.2). */
const TEXT_ESCAPES: Readonly<Record<string, string>> = {
  '<': '&lt;',
  '>': '&gt;',
  '&': '&amp;',
  '"': '&quot;',
};
const ATTRIBUTE_ESCAPES: Readonly<Record<string, string>> = {
  ...TEXT_ESCAPES,
  '\n': '&#10;',
  '\r': '&#13;',
  '\t': '&#9;',
};

export type Attributes = Readonly<Record<string, string>>;

/** Control characters pass unescaped, which makes the document ill-formed: so does the device. */
export class DeviceXml {
  #text = '';
  #depth = 0;

  /** The document so far. */
  toString(): string {
    return this.#text;
  }

  /** An element that holds text. */
  leaf(name: string, text: string, attributes: Attributes = {}): void {
    this.#line(`<${name}${attributeText(attributes)}>${escapeText(text)}</${name}>`);
  }

  /** An element that holds elements; on one line when there are none. */
  group<T>(name: string, entries: Iterable<T>, write: (entry: T) => void, attributes: Attributes = {}): void {
    const list = [...entries];
    const start = `<${name}${attributeText(attributes)}>`;
    if (list.length === 0) {
      this.#line(`${start}</${name}>`);
      return;
    }
    this.#line(start);
    this.#depth += 1;
    for (const entry of list) write(entry);
    this.#depth -= 1;
    this.#line(`</${name}>`);
  }

  #line(text: string): void {
    this.#text += `\n${'    '.repeat(this.#depth)}${text}`;
  }
}

function attributeText(attributes: Attributes): string {
  return Object.entries(attributes)
    .map(
      ([name, value]) =>
        ` ${name}="${value.replace(/[<>&"\n\r\t]/g, (char) => ATTRIBUTE_ESCAPES[char] ?? char)}"`,
    )
    .join('');
}

function escapeText(text: string): string {
  return text.replace(/[<>&"]/g, (char) => TEXT_ESCAPES[char] ?? char);
}
