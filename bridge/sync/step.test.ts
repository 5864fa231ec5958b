import { describe, expect, it } from 'vitest';
import { settleStep, type Step, type StepOperation, type StepSide } from './step.ts';

const operation = (kind: StepOperation['kind'], changed: readonly string[] = []): StepOperation => ({
  kind,
  fields: kind === 'remove' ? null : '{"new":1}',
  changed,
  state: 'planned',
});
const side = (op: StepOperation | null, before: string | null, after: string | null): StepSide => ({
  operation: op,
  before,
  after,
  hash: after === null ? null : 'hash',
  open: [],
});
const step = (device: StepSide, mailbox: StepSide, held = false): Step => ({
  number: 0,
  pair: 7,
  clientId: 'client',
  newClientId: null,
  itemId: 'item',
  itemNumber: 1,
  device,
  mailbox,
  key: 'key',
  version: '',
  sentAt: null,
  held,
  disputes: [],
  restore: null,
  cause: null,
  line: null,
});

describe('settling a step', () => {
  it('joins both records when everything was done', () => {
    const created = step(side(operation('create'), null, 'D'), side(null, null, 'M'));
    expect(settleStep(created, { device: 'done', mailbox: true })).toEqual({
      kind: 'put',
      clientId: 'client',
      itemId: 'item',
      deviceBase: 'D',
      deviceHash: 'hash',
      mailboxBase: 'M',
      itemHash: 'hash',
      owedDevice: null,
      owedMailbox: null,
    });
  });

  it('owes a create that a side did not take, and remembers only the other record', () => {
    const created = step(side(operation('create'), null, 'D'), side(null, null, 'M'));
    expect(settleStep(created, { device: 'refused', mailbox: true })).toMatchObject({
      clientId: null,
      deviceBase: null,
      mailboxBase: 'M',
      owedDevice: ['*create'],
    });
  });

  it('[SYNC-28] owes the fields of an update that was not done, and keeps the base that the side still holds', () => {
    const updated = step(side(null, null, 'D'), side(operation('update', ['JobTitle']), 'old', 'new'));
    expect(settleStep(updated, { device: 'done', mailbox: false })).toMatchObject({
      deviceBase: 'D',
      mailboxBase: 'old',
      itemHash: null,
      owedMailbox: ['JobTitle'],
    });
  });

  it('owes a removal that was not done', () => {
    const removed = step(side(null, null, null), side(operation('remove'), 'old', null));
    expect(settleStep(removed, { device: 'done', mailbox: false })).toMatchObject({
      clientId: null,
      mailboxBase: 'old',
      owedMailbox: ['*remove'],
    });
    expect(settleStep(removed, { device: 'done', mailbox: true })).toEqual({ kind: 'delete' });
  });

  it('leaves a pair alone that waits for a person', () => {
    expect(
      settleStep(step(side(null, null, null), side(null, null, 'M'), true), {
        device: 'done',
        mailbox: true,
      }),
    ).toEqual({
      kind: 'hold',
    });
  });

  describe('of a record that was removed on the device and made anew', () => {
    const anew = {
      ...step(side(operation('recreate', ['Repeat']), 'old', 'new'), side(null, null, 'M')),
      newClientId: 'new client',
    };

    it('takes its new id', () => {
      expect(settleStep(anew, { device: 'done', mailbox: true })).toMatchObject({
        clientId: 'new client',
        deviceBase: 'new',
        owedDevice: null,
      });
    });

    it('owes the whole record where the device has dropped it', () => {
      expect(settleStep({ ...anew, newClientId: null }, { device: 'refused', mailbox: true })).toMatchObject({
        clientId: null,
        deviceBase: null,
        itemId: 'item',
        owedDevice: ['*create'],
      });
    });

    it('is as it was where the device has rolled back', () => {
      expect(settleStep(anew, { device: 'rolled-back', mailbox: true })).toMatchObject({
        clientId: 'client',
        deviceBase: 'old',
        owedDevice: ['Repeat'],
      });
    });
  });
});
