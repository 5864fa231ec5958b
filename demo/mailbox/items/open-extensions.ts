import { badBody, GraphFault } from '../protocol/fault.ts';
import { isObject } from '../protocol/request.ts';
import { asList, asString } from './edm.ts';

/** Open extensions: untyped properties under a name (spec: graph 2.6, 12.15). */

/** Extensions of an item by name; each holds only its own properties. */
export type OpenExtensions = Readonly<Record<string, Readonly<Record<string, unknown>>>>;

export interface OpenExtension {
  readonly name: string;
  readonly properties: Readonly<Record<string, unknown>>;
}

const typeName = 'microsoft.graph.openTypeExtension';

/** Throws a GraphFault 400 for a body that is no open extension. `named`: the name that the path gives. */
export function readOpenExtension(value: unknown, named?: string): OpenExtension {
  if (!isObject(value)) throw badBody('An extension is no object.');
  const { '@odata.type': type, extensionName, ...others } = value;
  if (type !== typeName && type !== `#${typeName}`) {
    throw badBody(`An extension has no '@odata.type' of '${typeName}'.`);
  }
  const name = extensionName === undefined ? named : asString('extensionName', extensionName);
  if (name === undefined || name === '') throw badBody("An extension has no 'extensionName'.");
  const properties = Object.entries(others).filter(([key]) => key !== 'id' && !key.includes('@'));
  for (const [key, content] of properties) checkContent(key, content);
  return { name, properties: Object.fromEntries(properties) };
}

/** `extensions` inside of the body of an item. */
export function readOpenExtensions(value: unknown): OpenExtension[] {
  return asList('extensions', value).map((entry) => readOpenExtension(entry));
}

/** Primitive values and collections of them. */
function checkContent(name: string, value: unknown): void {
  const values = Array.isArray(value) ? (value as readonly unknown[]) : [value];
  if (values.some((single) => typeof single === 'object' && single !== null)) {
    throw badBody(
      `The property '${name}' of an open extension is neither primitive nor a collection of such.`,
    );
  }
}

/** The name in a path or a filter: bare, or with the type before it. */
export function extensionName(text: string): string {
  return text.toLowerCase().startsWith(`${typeName.toLowerCase()}.`) ? text.slice(typeName.length + 1) : text;
}

export function renderOpenExtension({ name, properties }: OpenExtension): Record<string, unknown> {
  return {
    '@odata.type': `#${typeName}`,
    id: `${typeName}.${name}`,
    extensionName: name,
    ...properties,
  };
}

/** The extensions after those of a body were put to them. Throws a GraphFault 409 for a name that is taken. */
export function addOpenExtensions(before: OpenExtensions, added: readonly OpenExtension[]): OpenExtensions {
  const after = { ...before };
  for (const { name, properties } of added) {
    if (Object.hasOwn(after, name)) {
      throw new GraphFault(409, 'ErrorDuplicateExtension', `An extension '${name}' exists already.`);
    }
    after[name] = properties;
  }
  return after;
}
