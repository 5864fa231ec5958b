/** The API over real HTTPS: pairing, syncs, events, and plugin calls (R15). */
import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import {
  attachSchema,
  eventSchema,
  helloSchema,
  nextSchema,
  pairedPagesSchema,
  pairInviteSchema,
  pairRedeemSchema,
  pairStartSchema,
  paths,
  statusSchema,
  type BridgeEvent,
} from '../../contract/api.ts';
import { SyncError } from '../../contract/errors.ts';
import type { ReportLine } from '../../contract/job.ts';
import type { MailboxIdentity } from '../../contract/server-plugin.ts';
import { errorCode, startHttpBench, type HttpBench } from '../../test/support/http-bench.ts';
import { sampleJob, sampleSession } from '../../test/support/sample-job.ts';
import type { LateAnswer } from '../hosts/call-book.ts';
import { openLoopback } from './loopback-request.ts';

const late: LateAnswer[] = [];
let bench: HttpBench;
beforeAll(async () => {
  bench = await startHttpBench({ hosts: { onLateAnswer: (answer) => late.push(answer) } });
});
afterAll(() => bench.stop());

const post = (path: string, json: unknown, key?: string) => bench.call('POST', path, json, key);

test('hello needs no key and has no secret', async () => {
  const answer = await bench.raw({ path: paths.hello });
  expect(helloSchema.parse(answer.json)).toEqual({
    product: 'outlook-device-sync',
    version: '1.2.3',
    outlook: { localMailbox: null, clientId: null, authority: null },
  });
});

describe('devices', () => {
  test('a page adds one and takes it out again', async () => {
    const link = { kind: 'serial', path: '/dev/ttyUSB0' };
    const added = await post(paths.devices, { name: ' Neo ', link });
    expect(added.json).toMatchObject({ devices: [{ name: 'Neo', link: 'serial /dev/ttyUSB0' }] });
    const removed = await bench.call('DELETE', `${paths.devices}/Neo`);
    expect(removed.json).toEqual({ devices: [] });
    expect(errorCode(await bench.call('DELETE', `${paths.devices}/Neo`))).toBe('device.unknown');
  });

  test.each([
    { name: '', link: { kind: 'tcp', host: 'neo' } },
    { name: 'Neo', link: { kind: 'tcp', host: 'neo', port: 0 } },
    { name: 'Neo', link: { kind: 'tcp', path: '/dev/ttyUSB0' } },
    { name: 'Neo', link: { kind: 'usb', path: '/dev/ttyUSB0' } },
  ])('%j is none', async (device) => {
    expect(errorCode(await post(paths.devices, device))).toBe('api.invalid');
  });
});

describe('pairing', () => {
  const openly = (path: string, json: unknown) =>
    bench.raw({
      method: 'POST',
      path,
      headers: { 'Content-Type': 'application/json' },
      body: JSON.stringify(json),
    });

  test('a page shows a code, the person confirms it, the page gets its key once', async () => {
    const begun = await openly(paths.pairStart, { label: 'task pane' });
    const { pairing, secret, code } = pairStartSchema.parse(begun.json);
    expect((await openly(paths.pairClaim, { pairing, secret })).json).toEqual({ state: 'waiting' });
    expect(statusSchema.parse((await bench.call('GET', paths.status)).json).pairingsWaiting).toBe(1);

    const confirmed = await post(paths.pairConfirm, { code: code.toLowerCase() });
    expect(confirmed.json).toEqual({ label: 'task pane' });
    const claimed = await openly(paths.pairClaim, { pairing, secret });
    const { key } = pairRedeemSchema.parse(claimed.json);
    expect((await openly(paths.pairClaim, { pairing, secret })).json).toEqual({ state: 'expired' });

    expect((await bench.call('GET', paths.status, undefined, key)).status).toBe(200);
    for (const path of [paths.pairConfirm, paths.pairInvite, paths.stop, paths.record]) {
      expect((await post(path, { code }, key)).status).toBe(403);
    }
    expect((await bench.call('GET', paths.pairPages, undefined, key)).status).toBe(403);
    expect(readFileSync(`${bench.stateFolder}/page-keys.json`, 'utf8')).not.toContain(key);

    const { pages } = pairedPagesSchema.parse((await bench.call('GET', paths.pairPages)).json);
    expect(pages).toMatchObject([{ label: 'task pane' }]);
    expect((await bench.call('DELETE', `${paths.pairPages}/${pages[0]!.id}`)).status).toBe(200);
    expect((await bench.call('GET', paths.status, undefined, key)).status).toBe(401);
    expect((await bench.call('DELETE', `${paths.pairPages}/${pages[0]!.id}`)).status).toBe(404);
  });

  test('an invitation is traded for a key once', async () => {
    const { secret } = pairInviteSchema.parse((await post(paths.pairInvite, {})).json);
    const redeemed = await openly(paths.pairRedeem, { secret, label: 'browser' });
    const { key } = pairRedeemSchema.parse(redeemed.json);
    expect((await bench.call('GET', paths.status, undefined, key)).status).toBe(200);
    const again = await openly(paths.pairRedeem, { secret, label: 'browser' });
    expect([again.status, errorCode(again)]).toEqual([404, 'api.pairing']);
  });
});

describe('syncs', () => {
  test('start, look, cancel', async () => {
    const started = await post(paths.sync, { device: 'handheld', slow: true });
    expect([started.status, started.json]).toEqual([202, { job: 'job-1' }]);
    expect(bench.service.started.at(-1)).toEqual({ device: 'handheld', slow: true });

    expect((await bench.call('GET', `${paths.jobs}/job-1`)).status).toBe(404);
    bench.service.tell({ event: 'job', job: { ...sampleJob, state: 'running' } });
    expect((await bench.call('GET', `${paths.jobs}/job-1`)).json).toMatchObject({ state: 'running' });
    expect((await post(paths.cancel, { job: 'job-1' })).json).toEqual({ cancelled: true });
    expect(bench.service.cancelled).toEqual(['job-1']);
  });

  test.each([
    ['device.unknown', 404],
    ['device.busy', 409],
    ['store.full', 500],
  ] as const)('%s is told with its remedy', async (code, status) => {
    bench.service.onStart = () => {
      throw new SyncError(code, 'toaster');
    };
    const answer = await post(paths.sync, {});
    expect(answer.status).toBe(status);
    expect(answer.json).toMatchObject({
      error: { code, detail: 'toaster', remedy: new SyncError(code).remedy },
    });
  });

  test('stop answers before it stops', async () => {
    expect((await post(paths.stop, {})).status).toBe(200);
    await expect.poll(() => bench.service.stops).toBe(1);
  });
});

describe('the event stream', () => {
  async function listen(
    signal: AbortSignal,
    token = bench.token,
  ): Promise<AsyncGenerator<BridgeEvent, undefined>> {
    const certificate = readFileSync(bench.server.certificateFile, 'utf8');
    const target = { address: bench.server.address, certificate, token };
    const answer = await openLoopback(target, { method: 'GET', path: paths.events, signal });
    expect(answer.headers['content-type']).toBe('text/event-stream; charset=utf-8');
    answer.setEncoding('utf8');
    async function* read(): AsyncGenerator<BridgeEvent, undefined> {
      let pending = '';
      for await (const chunk of answer as AsyncIterable<string>) {
        const frames = (pending + chunk).split('\n\n');
        pending = frames.pop() ?? '';
        for (const frame of frames) {
          // A comment, by which the stream says that it is alive.
          if (frame.startsWith(':')) continue;
          const [name, data] = frame.split('\n');
          const event = eventSchema.parse(JSON.parse(data!.replace('data: ', '')));
          expect(name).toBe(`event: ${event.event}`);
          yield event;
        }
      }
    }
    return read();
  }

  test('begins with the status and tells jobs, progress and changes of the status', async () => {
    const end = new AbortController();
    const events = await listen(end.signal);
    expect((await events.next()).value).toMatchObject({ event: 'status', status: { version: '1.2.3' } });

    const progress = {
      dataset: 'contacts',
      phase: 'applying',
      done: 1,
      total: 2,
      text: 'Ünïcode\n',
    } as const;
    bench.service.tell({ event: 'progress', job: 'job-1', progress });
    expect((await events.next()).value).toEqual({ event: 'progress', job: 'job-1', progress });
    bench.service.tell({ event: 'job', job: sampleJob });
    expect((await events.next()).value).toEqual({ event: 'job', job: sampleJob });
    bench.service.tell({ event: 'devices' });
    bench.service.tell({ event: 'devices' });
    expect((await events.next()).value).toMatchObject({ event: 'status' });
    end.abort();
  });

  test('ends at once when the page’s key is taken back, as does a call that waits', async () => {
    const { secret } = pairInviteSchema.parse((await post(paths.pairInvite, {})).json);
    const redeemed = await post(paths.pairRedeem, { secret, label: 'to be revoked' });
    const { key } = pairRedeemSchema.parse(redeemed.json);
    const end = new AbortController();
    const [own, others] = [await listen(end.signal, key), await listen(end.signal)];
    await Promise.all([own.next(), others.next()]);
    const mailbox = { tenant: 'local', user: 'eve', displayName: 'Eve', folders: { contacts: 'folder-9' } };
    const attached = await post(paths.hostAttach, { mailbox, datasets: ['contacts'], label: 'page' }, key);
    const { host } = attachSchema.parse(attached.json);
    const waiting = post(paths.hostNext, { host, working: [], waitMs: 20_000 }, key);
    const [streamEnds, callEnds] = [
      expect(own.next()).rejects.toThrow(/aborted|reset|hang/),
      expect(waiting).rejects.toThrow(/aborted|reset|hang/),
    ];

    const { pages } = pairedPagesSchema.parse((await bench.call('GET', paths.pairPages)).json);
    const { id } = pages.find(({ label }) => label === 'to be revoked')!;
    await bench.call('DELETE', `${paths.pairPages}/${id}`);
    await Promise.all([streamEnds, callEnds]);
    bench.service.tell({ event: 'job', job: sampleJob });
    for (;;) if ((await others.next()).value?.event === 'job') break;
    await post(paths.hostDetach, { host });
    end.abort();
  });

  test('a reader that does not keep up is dropped, and others are not', async () => {
    const end = new AbortController();
    const slow = await listen(end.signal);
    const quick = await listen(end.signal);
    const readJob = async (): Promise<void> => {
      for (;;) if ((await quick.next()).value?.event === 'job') return;
    };
    const label = 'x'.repeat(1000);
    const line: ReportLine = { side: 'device', action: 'create', label, reason: '', fields: [] };
    const session = { ...sampleSession, lines: Array<ReportLine>(500).fill(line) };
    for (let count = 0; count < 60; count += 1) {
      bench.service.tell({ event: 'job', job: { ...sampleJob, sessions: [session] } });
      await readJob();
    }
    const drained = async (): Promise<void> => {
      for await (const event of slow) expect(event.event).not.toBe('progress');
    };
    await expect(drained()).rejects.toThrow(/aborted|reset|hang/);
    end.abort();
  });
});

describe('R15: plugin calls', () => {
  const mailbox: MailboxIdentity = {
    tenant: 'local',
    user: 'ada',
    displayName: 'Ada',
    folders: { contacts: 'folder-1' },
  };
  const never = new AbortController().signal;
  const attach = async (identity = mailbox): Promise<string> => {
    const request = { mailbox: identity, datasets: ['contacts'], label: 'test' };
    return attachSchema.parse((await post(paths.hostAttach, request)).json).host;
  };
  const next = async (host: string, waitMs = 20_000) =>
    nextSchema.parse((await post(paths.hostNext, { host, working: [], waitMs })).json).call;
  const item = { id: 'item-1', fields: { FirstName: 'Ada' }, version: '1', modified: '' };
  const found = { method: 'find', items: [item] };

  beforeEach(() => {
    late.length = 0;
  });

  async function ask(signal = never) {
    const plugins = await bench.hosts.waitForMailbox(signal);
    return plugins.create('contacts').find(['key-1'], signal);
  }

  test('an answer given twice counts once', async () => {
    const host = await attach();
    const asked = ask();
    const call = await next(host);
    const answers = [
      await post(paths.hostAnswer, { host, call: call!.id, answer: found }),
      await post(paths.hostAnswer, { host, call: call!.id, answer: found }),
    ];
    expect(answers.map(({ status }) => status)).toEqual([200, 200]);
    await expect(asked).resolves.toEqual([item]);
    expect(late).toEqual([]);
    await post(paths.hostDetach, { host });
  });

  test('an answer after the call was cancelled is read for its ids', async () => {
    const host = await attach();
    const cancel = new AbortController();
    const asked = ask(cancel.signal);
    const call = await next(host);
    cancel.abort();
    await expect(asked).rejects.toMatchObject({ code: 'sync.cancelled' });
    expect((await post(paths.hostAnswer, { host, call: call!.id, answer: found })).status).toBe(200);
    expect(late).toEqual([{ mailbox, dataset: 'contacts', call: call!.id, answer: found }]);
    await post(paths.hostDetach, { host });
  });

  test('calls of an old session, and calls that a host never held, are refused', async () => {
    const host = await attach();
    const other = await attach();
    const asked = ask();
    const call = await next(host);
    const old = await post(paths.hostAnswer, {
      host,
      call: '5b0c6f9e-0000-4000-8000-000000000000',
      answer: found,
    });
    expect([old.status, errorCode(old)]).toEqual([404, 'api.not-found']);
    const foreign = await post(paths.hostAnswer, { host: other, call: call!.id, answer: found });
    expect([foreign.status, errorCode(foreign)]).toEqual([409, 'api.lease-lost']);
    await post(paths.hostAnswer, { host, call: call!.id, answer: found });
    await expect(asked).resolves.toEqual([item]);
    await post(paths.hostDetach, { host });
    await post(paths.hostDetach, { host: other });
  });

  test('a host of another mailbox gets no call', async () => {
    const host = await attach();
    const stranger = await attach({ ...mailbox, user: 'eve' });
    const asked = ask();
    expect(await next(stranger, 0)).toBeNull();
    const call = await next(host);
    await post(paths.hostAnswer, { host, call: call!.id, answer: found });
    await expect(asked).resolves.toEqual([item]);
    await post(paths.hostDetach, { host });
    await post(paths.hostDetach, { host: stranger });
  });

  test('a malformed answer is refused, and the call can still be answered', async () => {
    const host = await attach();
    const asked = ask();
    const call = await next(host);
    const malformed = await post(paths.hostAnswer, {
      host,
      call: call!.id,
      answer: { method: 'find', items: [{ id: 'item-1' }] },
    });
    expect([malformed.status, errorCode(malformed)]).toEqual([400, 'api.invalid']);
    await post(paths.hostAnswer, { host, call: call!.id, answer: found });
    await expect(asked).resolves.toEqual([item]);
    await post(paths.hostDetach, { host });
  });

  test('a page of items with pictures fits, an endless one does not', async () => {
    const host = await attach();
    const plugins = await bench.hosts.waitForMailbox(never);
    const asked = plugins.create('contacts').find(['k'], never);
    const call = await next(host);
    const picture = (bytes: number) => ({
      method: 'find',
      items: [{ ...item, fields: { Portrait: 'A'.repeat(bytes) } }],
    });
    const huge = await post(paths.hostAnswer, { host, call: call!.id, answer: picture(33 * 1024 * 1024) });
    expect([huge.status, errorCode(huge)]).toEqual([413, 'api.too-large']);
    await post(paths.hostAnswer, { host, call: call!.id, answer: picture(8 * 1024 * 1024) });
    await expect(asked).resolves.toHaveLength(1);
    await post(paths.hostDetach, { host });
  });

  test('a host whose connection breaks off while it waits loses no call', async () => {
    const host = await attach();
    const certificate = readFileSync(bench.server.certificateFile, 'utf8');
    const target = { address: bench.server.address, certificate, token: bench.token };
    const cut = new AbortController();
    const waiting = openLoopback(target, {
      method: 'POST',
      path: paths.hostNext,
      body: { host, working: [] },
      signal: cut.signal,
    });
    setTimeout(() => cut.abort(), 50);
    await expect(waiting).rejects.toMatchObject({ code: 'sync.cancelled' });
    await new Promise((resolve) => setTimeout(resolve, 50));
    const asked = ask();
    const call = await next(host);
    await post(paths.hostAnswer, { host, call: call!.id, answer: found });
    await expect(asked).resolves.toEqual([item]);
    await post(paths.hostDetach, { host });
  });
});

test('a host that attaches is told what the person has configured', async () => {
  const settings = { meetings: 'writable' as const, taskLists: ['Shopping'] };
  const outlook = { localMailbox: undefined, clientId: undefined, authority: undefined, settings };
  const other = await startHttpBench({ config: { outlook } });
  const identity = { tenant: 't', user: 'u', displayName: '', folders: {} };
  const request = { mailbox: identity, datasets: ['tasks'], label: 'x' };
  const { json } = await other.call('POST', paths.hostAttach, request);
  expect(attachSchema.parse(json).settings).toEqual(settings);
  await other.stop();
});

test('closing cuts what still waits and frees the port', async () => {
  const other = await startHttpBench();
  const { port } = other.server;
  const host = other.hosts.attach({
    mailbox: { tenant: 't', user: 'u', displayName: '', folders: {} },
    datasets: ['contacts'],
    label: 'x',
  });
  const waiting = other.call('POST', paths.hostNext, { host, working: [] });
  await expect.poll(() => other.hosts.hosts().length).toBe(1);
  await Promise.all([other.stop(), waiting.then(null, () => undefined)]);
  const again = await startHttpBench({ config: { port } });
  expect(again.server.port).toBe(port);
  await again.stop();
});
