import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { calendar, contacts, diffFields, type Fields } from '../../datasets/index.ts';
import { planPair, type PairInput, type PlanRules, type SideInput } from './plan-pair.ts';
import type { Policy } from '../../contract/settings.ts';

/** Records of a few fields with few values, so that random edits often meet. */
const small: fc.Arbitrary<Fields> = fc
  .record(
    {
      FirstName: fc.constantFrom('Ada', 'Bo'),
      JobTitle: fc.constantFrom('Analyst', 'Pilot', 'Cook'),
      'PhoneNumbers/HomePhone': fc.constantFrom('1', '2'),
      'Categories/work': fc.constant('Work'),
      EmailAddresses: fc.uniqueArray(fc.constantFrom('a@x', 'b@x', 'c@x'), { minLength: 1 }),
      'Addresses/Home': fc.record({ City: fc.constantFrom('Oslo', 'Lyon') }),
    },
    { requiredKeys: [] },
  )
  .map((fields) => fields as Fields);

const rules = (policy: Policy): PlanRules => ({
  policy,
  mode: 'two-way',
  removals: null,
  today: '2026-11-24',
});

function edited(base: Fields, fields: Fields): SideInput {
  const changed = diffFields(contacts, base, fields);
  return changed.length === 0 ? { state: 'unchanged', fields } : { state: 'edited', fields, base, changed };
}

const swap = (input: PairInput): PairInput => ({ device: input.mailbox, mailbox: input.device });

describe('planning a pair', () => {
  it('G3 brings both sides to the same content, whatever they changed', () => {
    fc.assert(
      fc.property(
        small,
        small,
        small,
        fc.constantFrom<Policy>('device', 'outlook'),
        (base, ours, theirs, policy) => {
          const plan = planPair(
            contacts,
            { device: edited(base, ours), mailbox: edited(base, theirs) },
            rules(policy),
          );
          const { device, mailbox } = plan.after;
          expect(diffFields(contacts, device ?? {}, mailbox ?? {})).toEqual([]);
        },
      ),
      { numRuns: 1000 },
    );
  });

  it('keeps every change that the other side did not touch', () => {
    fc.assert(
      fc.property(small, small, small, (base, ours, theirs) => {
        const plan = planPair(
          contacts,
          { device: edited(base, ours), mailbox: edited(base, theirs) },
          rules('device'),
        );
        const after = plan.after.device ?? {};
        const changedHere = diffFields(contacts, base, ours);
        const changedThere = diffFields(contacts, base, theirs);
        for (const key of changedHere.filter((each) => !changedThere.includes(each))) {
          expect(contacts.sameValue(key, after[key], ours[key])).toBe(true);
        }
        for (const key of changedThere.filter((each) => !changedHere.includes(each))) {
          expect(contacts.sameValue(key, after[key], theirs[key])).toBe(true);
        }
      }),
      { numRuns: 1000 },
    );
  });

  it('R11 plans the mirror image when sides and policy are swapped', () => {
    fc.assert(
      fc.property(small, small, small, (base, ours, theirs) => {
        const input = { device: edited(base, ours), mailbox: edited(base, theirs) };
        const plan = planPair(contacts, input, rules('device'));
        const mirror = planPair(contacts, swap(input), rules('outlook'));
        expect(mirror.operations.device).toEqual(plan.operations.mailbox);
        expect(mirror.operations.mailbox).toEqual(plan.operations.device);
        expect(mirror.disputes.length).toBe(plan.disputes.length);
      }),
      { numRuns: 1000 },
    );
  });

  it('R10 has nothing to do once it is done', () => {
    fc.assert(
      fc.property(small, small, small, (base, ours, theirs) => {
        const { after } = planPair(
          contacts,
          { device: edited(base, ours), mailbox: edited(base, theirs) },
          rules('device'),
        );
        const { device = {}, mailbox = {} } = after;
        const again = planPair(
          contacts,
          { device: edited(device, device), mailbox: edited(mailbox, mailbox) },
          rules('device'),
        );
        expect(again.operations).toEqual({});
      }),
    );
  });

  it('lets values win over blanks and lists each difference where there is no base', () => {
    const plan = planPair(
      contacts,
      {
        device: { state: 'new', fields: { FirstName: 'Ada', JobTitle: 'Analyst' } },
        mailbox: { state: 'new', fields: { FirstName: 'Ada', JobTitle: 'Pilot', Company: 'Navy' } },
      },
      rules('outlook'),
    );
    expect(plan.after.device).toEqual({ FirstName: 'Ada', JobTitle: 'Pilot', Company: 'Navy' });
    expect(plan.disputes).toEqual([
      { kind: 'field', field: 'JobTitle', winner: 'mailbox', device: 'Analyst', mailbox: 'Pilot' },
    ]);
  });

  it('#92 leaves side-local parts where they are', () => {
    const device = { FirstName: 'Ines', 'PhoneNumbers~hidden': ['555 00'] };
    const created = planPair(
      contacts,
      { device: { state: 'new', fields: device }, mailbox: { state: 'none' } },
      rules('device'),
    );
    expect(created.operations.mailbox).toEqual({ kind: 'create', fields: { FirstName: 'Ines' } });
    expect(created.after.device).toEqual(device);
  });

  it('refuses states that cannot meet', () => {
    const input: PairInput = {
      device: { state: 'new', fields: {} },
      mailbox: { state: 'unchanged', fields: {} },
    };
    expect(() => planPair(contacts, input, rules('device'))).toThrow('impossible pair');
  });

  it('removes and makes anew what a device cannot come to by a replace (#62, #63)', () => {
    const series = {
      Description: 'Choir',
      When: { Start: '2026-03-03T19:00:00', End: '2026-03-03T21:00:00' },
      Repeat: { Type: 'Weekly', Frequency: '1', WeekMask: 'Tuesday' },
    };
    const single = { Description: series.Description, When: series.When };
    const changedIn = (base: Fields, fields: Fields): SideInput => ({
      state: 'edited',
      base,
      fields,
      changed: diffFields(calendar, base, fields),
    });
    const dropped = planPair(
      calendar,
      { device: { state: 'unchanged', fields: series }, mailbox: changedIn(series, single) },
      rules('device'),
    );
    expect(dropped.operations).toEqual({ device: { kind: 'recreate', fields: single, changed: ['Repeat'] } });
    const begun = planPair(
      calendar,
      { device: { state: 'unchanged', fields: single }, mailbox: changedIn(single, series) },
      rules('device'),
    );
    expect(begun.operations.device?.kind).toBe('update');
  });

  it('has no conflict about a recurrence that both sides mean alike, and leaves each its own', () => {
    const monthEnd = {
      Description: 'Close the books',
      When: { Start: '2026-01-31T09:00:00', End: '2026-01-31T10:00:00' },
      Repeat: { Frequency: '1', Type: 'MonthlyDate' },
      'Repeat@Until': '2026-12-31',
    };
    const sameEnd = { ...monthEnd, 'Repeat@Until': '2027-01-30' };
    // The device has no place for “nearest”.
    const nearest = { ...monthEnd, Repeat: { ...monthEnd.Repeat, Nearest: 'true' } };
    for (const mailbox of [sameEnd, nearest]) {
      const input: PairInput = {
        device: { state: 'new', fields: monthEnd },
        mailbox: { state: 'new', fields: mailbox },
      };
      const plan = planPair(calendar, input, rules('device'));
      expect([plan.disputes, plan.operations]).toEqual([[], {}]);
      expect(plan.after).toEqual({ device: monthEnd, mailbox });
    }
    const other = { ...sameEnd, Repeat: { Frequency: '1', Type: 'Yearly' } };
    const input: PairInput = {
      device: { state: 'new', fields: monthEnd },
      mailbox: { state: 'new', fields: other },
    };
    expect(planPair(calendar, input, rules('device')).after.mailbox).toEqual(monthEnd);
  });

  describe('of a meeting, of which a device may change the alarm alone (#112)', () => {
    const meeting: Fields = {
      Description: 'Review',
      When: { Start: '2026-03-03T09:00:00', End: '2026-03-03T10:00:00' },
    };
    const moved = { ...meeting, When: { Start: '2026-03-03T11:00:00', End: '2026-03-03T12:00:00' } };
    const alarmed = { ...moved, Alarm: { Type: 'Visible', Delay: '15' } };
    const plan = (device: SideInput) =>
      planPair(
        calendar,
        { device, mailbox: { state: 'unchanged', fields: meeting }, writable: ['Alarm', 'Categories'] },
        rules('device'),
      );

    it('puts the rest of a change back, with a word', () => {
      const { operations, after, putBack } = plan({
        state: 'edited',
        base: meeting,
        fields: alarmed,
        changed: ['Alarm', 'When'],
      });
      const wanted = { ...meeting, Alarm: { Type: 'Visible', Delay: '15' } };
      expect(operations.mailbox).toEqual({ kind: 'update', fields: wanted, changed: ['Alarm'] });
      expect(operations.device).toEqual({ kind: 'update', fields: wanted, changed: ['When'] });
      expect(after.device).toEqual(wanted);
      expect(putBack).toEqual({ device: ['When'], mailbox: [] });
    });

    it('puts it back where it was removed', () => {
      const { operations, cell } = plan({ state: 'removed', base: meeting });
      expect(operations).toEqual({ device: { kind: 'create', fields: meeting } });
      expect(cell.sentence).toContain('put back');
    });
  });
});
