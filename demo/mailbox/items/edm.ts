import { badBody, type GraphFault } from '../protocol/fault.ts';
import { isObject } from '../protocol/request.ts';

/** Readers of single values in a request's body. Each throws a GraphFault 400 that names the property. */

export function asString(name: string, value: unknown): string {
  if (typeof value !== 'string') throw cannotConvert(name, value, 'Edm.String');
  return value;
}

export function asList(name: string, value: unknown): readonly unknown[] {
  if (!Array.isArray(value)) throw cannotConvert(name, value, 'a collection');
  return value as readonly unknown[];
}

export function cannotConvert(name: string, value: unknown, type: string): GraphFault {
  const shown = (value === undefined ? 'nothing' : JSON.stringify(value)).slice(0, 80);
  return badBody(`Cannot convert the value ${shown} of property '${name}' to ${type}.`);
}

export function asBoolean(name: string, value: unknown): boolean {
  if (typeof value !== 'boolean') throw cannotConvert(name, value, 'Edm.Boolean');
  return value;
}

/** Edm.Int32. */
export function asInteger(name: string, value: unknown): number {
  if (typeof value !== 'number' || !Number.isInteger(value) || Math.abs(value) > 0x7fff_ffff) {
    throw cannotConvert(name, value, 'Edm.Int32');
  }
  return value;
}

/** A member of an enumeration: any case comes in, lower camel case is kept (spec: graph 3.4). */
export function asMember<Member extends string>(
  name: string,
  value: unknown,
  members: readonly Member[],
  type: string,
): Member {
  const text = asString(name, value).toLowerCase();
  const member = members.find((known) => known.toLowerCase() === text);
  if (member === undefined) throw cannotConvert(name, value, `microsoft.graph.${type}`);
  return member;
}

/** An object without its annotations, whose members all have names of `allowed`. */
export function asObject(
  name: string,
  value: unknown,
  allowed: readonly string[],
): Readonly<Record<string, unknown>> {
  if (!isObject(value)) throw cannotConvert(name, value, 'a complex value');
  const members = Object.entries(value).filter(([member]) => !member.includes('@odata.'));
  for (const [member] of members) {
    if (!allowed.includes(member)) throw badBody(`The property '${member}' does not exist on '${name}'.`);
  }
  return Object.fromEntries(members);
}

/** The text members of a complex value; null members are left out. */
export function asMembers(name: string, value: unknown, allowed: readonly string[]): Map<string, string> {
  const members = new Map<string, string>();
  for (const [member, text] of Object.entries(asObject(name, value, allowed))) {
    if (text !== null) members.set(member, asString(`${name}/${member}`, text));
  }
  return members;
}
