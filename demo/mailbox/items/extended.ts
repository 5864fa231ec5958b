import { GraphFault } from '../protocol/fault.ts';
import { instantText } from '../clock.ts';

/**
 * Extended properties (spec: graph 2.6): MAPI properties under `"{type} {tag}"`, `"{type} {guid} Id {lid}"` or
 * `"{type} {guid} Name {name}"`. Hex digits, GUIDs and types compare without case, names with it.
 */

const types = [
  'String',
  'Integer',
  'Short',
  'Long',
  'Double',
  'Float',
  'Boolean',
  'SystemTime',
  'Binary',
  'CLSID',
  'Currency',
  'ApplicationTime',
] as const;

type ExtendedType = (typeof types)[number];

export interface ExtendedId {
  /** The one spelling under which the property is kept: hex and GUID in lower case. */
  readonly key: string;
  readonly type: ExtendedType;
}

const guidPattern = String.raw`\{[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}\}`;
const tagForm = /^(\w+) 0x([0-9a-f]{1,8})$/i;
const lidForm = new RegExp(`^(\\w+) (${guidPattern}) Id 0x([0-9a-f]{1,8})$`, 'i');
const nameForm = new RegExp(`^(\\w+) (${guidPattern}) Name (.+)$`, 'is');

/** The property that an id names. Throws a GraphFault 400 for an id of none of the three forms. */
export function readExtendedId(id: string): ExtendedId {
  const [, tagType, tag] = tagForm.exec(id) ?? [];
  if (tagType !== undefined && tag !== undefined) {
    const number = parseInt(tag, 16);
    // Tags from 0x8000 on belong to named properties, whose numbers differ from mailbox to mailbox.
    if (number < 1 || number > 0x7fff) throw badProperty(id, 'its tag is not between 0x0001 and 0x7fff');
    const type = readType(tagType, id);
    return { key: `${type} 0x${number.toString(16)}`, type };
  }
  const [, lidType, lidSet, lid] = lidForm.exec(id) ?? [];
  if (lidType !== undefined && lidSet !== undefined && lid !== undefined) {
    const type = readType(lidType, id);
    return { key: `${type} ${lidSet.toLowerCase()} Id 0x${parseInt(lid, 16).toString(16)}`, type };
  }
  const [, nameType, nameSet, name] = nameForm.exec(id) ?? [];
  if (nameType !== undefined && nameSet !== undefined && name !== undefined) {
    const type = readType(nameType, id);
    return { key: `${type} ${nameSet.toLowerCase()} Name ${name}`, type };
  }
  throw badProperty(id, 'it is of none of the forms of a property id');
}

function readType(word: string, id: string): ExtendedType {
  const type = types.find((known) => known.toLowerCase() === word.toLowerCase());
  if (type === undefined) throw badProperty(id, `'${word}' is no type of a single-value property`);
  return type;
}

/** The value as the service keeps it. Throws a GraphFault 400 when the text does not fit the type. */
export function readExtendedValue({ key, type }: ExtendedId, value: string): string {
  switch (type) {
    case 'String':
      return value;
    case 'Integer':
    case 'Short':
    case 'Long': {
      const bits = { Short: 16, Integer: 32, Long: 64 }[type];
      if (!/^-?\d{1,19}$/.test(value) || BigInt.asIntN(bits, BigInt(value)) !== BigInt(value)) {
        throw badProperty(key, `'${value}' is not of type ${type}`);
      }
      return BigInt(value).toString();
    }
    case 'Double':
    case 'Float':
    case 'Currency':
    case 'ApplicationTime':
      if (value.trim() === '' || !Number.isFinite(Number(value))) {
        throw badProperty(key, `'${value}' is not of type ${type}`);
      }
      return String(Number(value));
    case 'Boolean':
      if (!/^(true|false)$/i.test(value)) throw badProperty(key, `'${value}' is not of type Boolean`);
      return value.toLowerCase();
    case 'SystemTime': {
      const instant = readInstant(value);
      if (instant === undefined) throw badProperty(key, `'${value}' is not of type SystemTime`);
      return instant;
    }
    case 'Binary':
      if (!/^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/.test(value)) {
        throw badProperty(key, 'the value is not base64');
      }
      return value;
    case 'CLSID':
      if (!/^\{?[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}\}?$/i.test(value)) {
        throw badProperty(key, `'${value}' is not of type CLSID`);
      }
      return value.toLowerCase();
  }
}

/** An Edm.DateTimeOffset as `YYYY-MM-DDTHH:MM:SSZ`, or undefined when the text is none. */
export function readInstant(text: string): string | undefined {
  if (!/^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(:\d{2}(\.\d{1,7})?)?(Z|[+-]\d{2}:\d{2})$/i.test(text))
    return undefined;
  const time = Date.parse(text);
  return Number.isNaN(time) ? undefined : instantText(time);
}

function badProperty(id: string, why: string): GraphFault {
  return new GraphFault(400, 'ErrorInvalidProperty', `The extended property '${id}' cannot be used: ${why}.`);
}

/**
 * True for a property whose values stand in an index: those with a name of their own, by which clients find what they
 * created. Filters by any other property read the whole mailbox.
 */
export function isIndexed(key: string): boolean {
  return key.includes('} Name ');
}
