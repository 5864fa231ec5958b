/** The example of docs/protocol-extensions.md is what both of our ends say. */
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { QCopConnection } from '../../bridge/remote/qcop-connection.ts';
import { defaultLimits } from '../../bridge/remote/limits.ts';
import { DeviceProtocol } from '../../device/qcop/protocol.ts';
import {
  Inbound,
  decodeForDevice,
  extensions,
  parseLine,
  unwrapForwarded,
  type MessageToDevice,
} from '../../qdsync/index.ts';

interface Said {
  readonly by: 'desktop' | 'device';
  /** As they went over the wire. */
  readonly bytes: Buffer;
  /** The lines that they stand for. */
  readonly lines: readonly string[];
}

function readExample(): readonly Said[] {
  const doc = readFileSync(new URL('../../docs/protocol-extensions.md', import.meta.url), 'utf8');
  const [, example = ''] = /^## An example\n[^]*?^```text\n([^]*?)^```/m.exec(doc) ?? [];
  const said: { by: Said['by']; hex: string; lines: string[] }[] = [];
  for (const text of example.split('\n')) {
    const [, mark, rest = ''] = /^([<>]| {2}[=#]| ) (.*)$/.exec(text) ?? [];
    if (mark === '<' || mark === '>') {
      const hex = /^d5[0-9a-f]+$/.test(rest);
      said.push({ by: mark === '<' ? 'device' : 'desktop', hex: hex ? rest : '', lines: hex ? [] : [rest] });
    } else if (mark === '  =') said.at(-1)!.lines.push(rest);
    else if (mark === ' ' && /^[0-9a-f]+$/.test(rest)) said.at(-1)!.hex += rest;
  }
  return said.map(({ by, hex, lines }) => ({
    by,
    lines,
    bytes: hex === '' ? Buffer.from(`${lines.join('')}\n`) : Buffer.from(hex, 'hex'),
  }));
}

const example = readExample();
const by = (who: Said['by']): readonly Said[] => example.filter((said) => said.by === who);

/** The lines in what was said, whether deflated or not. */
class Reader {
  readonly #inbound = new Inbound();

  read(bytes: Uint8Array): string[] {
    const lines: string[] = [];
    for (const { line, text } of this.#inbound.push(bytes)) {
      lines.push(text());
      if (line.kind === 'extend' || (line.kind === 'status' && line.code === 250)) this.#inbound.deflate();
    }
    return lines;
  }
}

function messageIn(line: string): MessageToDevice {
  const parsed = parseLine(Buffer.from(line));
  const call = parsed.kind === 'call' ? unwrapForwarded(parsed.call) : undefined;
  const message = call?.ok === true ? decodeForDevice(call.value) : undefined;
  if (message?.ok !== true) throw new Error(`no message: ${line}`);
  return message.value;
}

describe('the example', () => {
  it.each(['desktop', 'device'] as const)(
    'the segments of the %s hold the lines that stand below them',
    (who) => {
      const reader = new Reader();
      expect(by(who).map(({ bytes }) => reader.read(bytes))).toEqual(by(who).map(({ lines }) => lines));
      expect(by(who).length).toBeGreaterThan(8);
    },
  );

  it('is what our desktop says to such a device, and understands', () => {
    const reader = new Reader();
    const said: string[] = [];
    const connection = new QCopConnection({
      link: 'tcp',
      limits: defaultLimits,
      passwordFor: () => ({ text: 'abcdefgh', known: true }),
    });
    const events: string[] = [];
    const take = (output: ReturnType<QCopConnection['start']>): void => {
      for (const content of output.write) {
        said.push(...reader.read(connection.seal(content)));
        connection.sent(content.length, 0);
      }
      events.push(
        ...output.events.map((event) => (event.kind === 'message' ? event.message.name : event.kind)),
      );
    };
    take(connection.start(0));
    for (const { by: who, bytes, lines } of example) {
      if (who === 'device') take(connection.receive(bytes, 0));
      else if (lines[0] === 'QUIT') take(connection.quit(0));
      else for (const line of lines) if (line.startsWith('CALLB')) take(connection.send(messageIn(line), 0));
    }
    expect(said).toEqual(by('desktop').flatMap(({ lines }) => lines));
    expect(events.filter((event) => event !== 'answered')).toEqual([
      'logged-in',
      'clientIdentity',
      'clientVersion',
      'clientSyncAnchors',
      'replaceClientRecordAt',
      'clientEnd',
      'refusedRecord',
      'clientEnd',
      'ended',
    ]);
  });

  it('is what our device understands', () => {
    const protocol = new DeviceProtocol({ banner: '220', loginName: 'root', extensions });
    const events = [...protocol.open(0)];
    for (const { bytes } of by('desktop')) {
      events.push(...protocol.receive(bytes, 0));
      events.push(...protocol.decideLogin(true, 0));
    }
    const heard = events.flatMap((event) => {
      if (event.kind === 'message') return event.message.name;
      return event.kind === 'send' ? event.line : [];
    });
    const messages = by('desktop').flatMap(({ lines }) => lines.filter((line) => line.startsWith('CALLB')));
    expect(heard).toEqual([
      '220',
      '331 User name ok, need password',
      '230 User logged in, proceed',
      `250 ${extensions.join(' ')}`,
      ...messages.map((line) => messageIn(line).name),
      '211 Have a nice day!',
    ]);
  });
});
