import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { defaultSwitches } from '../switches.ts';
import { readContactBody } from './body.ts';
import { changeContent, changedNames, emptyContent, type ContactContent } from './change.ts';
import { contactProperties, type PropertyType } from './properties.ts';

/** A change as a client would send it, checked by the body's own reader. */
const text = fc.string({ minLength: 1, maxLength: 12 });
const values: Record<PropertyType, fc.Arbitrary<unknown>> = {
  string: fc.option(text),
  instant: fc.option(
    fc
      .date({ min: new Date('1900-01-01'), max: new Date('2100-01-01'), noInvalidDate: true })
      .map((date) => `${date.toISOString().slice(0, 19)}Z`),
  ),
  strings: fc.array(text, { maxLength: 2 }),
  emails: fc.array(fc.record({ name: text, address: text }), { maxLength: 3 }),
  address: fc.record({ street: text, city: text, postalCode: text }, { requiredKeys: [] }),
};
const body = fc.record(
  Object.fromEntries(Object.entries(contactProperties).map(([name, type]) => [name, values[type]])),
  { requiredKeys: [] },
);

const apply = (before: ContactContent, json: Readonly<Record<string, unknown>>): ContactContent =>
  changeContent(before, readContactBody(json, defaultSwitches), defaultSwitches);

const derived = ['displayName', 'fileAs', 'initials'];

describe('a change of content', () => {
  it('keeps what is sent, as it is sent', () => {
    fc.assert(
      fc.property(body, (json) => {
        const { view } = apply(emptyContent, json);
        for (const [name, value] of Object.entries(json)) {
          if (derived.includes(name) && value === null) continue;
          expect([name, view[name as keyof typeof view]]).toEqual([name, value]);
        }
      }),
    );
  });

  it('leaves what is not sent', () => {
    fc.assert(
      fc.property(body, body, (first, second) => {
        const before = apply(emptyContent, first);
        const after = apply(before, second);
        for (const name of changedNames(before, after)) {
          if (name === '*extended') continue;
          expect(name in second || derived.includes(name)).toBe(true);
        }
      }),
    );
  });

  it('made twice changes nothing the second time', () => {
    fc.assert(
      fc.property(body, (json) => {
        const once = apply(emptyContent, json);
        expect(changedNames(once, apply(once, json))).toEqual([]);
      }),
    );
  });

  it('shows the two places of a phone collection without gaps', () => {
    fc.assert(
      fc.property(fc.option(text), fc.option(text), (first, second) => {
        const { view } = apply(emptyContent, {
          singleValueExtendedProperties: [
            { id: 'String 0x3A09', value: first },
            { id: 'String 0x3A2F', value: second },
          ],
        });
        expect(view.homePhones).toEqual([first, second].filter((phone) => phone !== null));
      }),
    );
  });
});
