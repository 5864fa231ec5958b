/** A person's edit and a desktop's replace of the same record, made against the same version. */
import type { Fields } from '../../datasets/index.ts';

/**
 * The desktop's version, with every field that the person changed since as the person left it: an edit made
 * while a session runs is never overwritten by it (spec: sync engine, G1).
 */
export function keepEdit(base: Fields, edited: Fields, incoming: Fields): Fields {
  const keys = new Set([...Object.keys(edited), ...Object.keys(incoming), ...Object.keys(base)]);
  const merged = [...keys].flatMap((key) => {
    const touched = JSON.stringify(base[key]) !== JSON.stringify(edited[key]);
    const value = touched ? edited[key] : incoming[key];
    return value === undefined ? [] : [[key, value] as const];
  });
  return Object.fromEntries(merged);
}
