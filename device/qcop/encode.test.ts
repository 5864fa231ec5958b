import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import {
  decodeForDesktop,
  encodeCallB,
  encodeMessageLine,
  parseLine,
  unwrapForwarded,
} from '../../qdsync/index.ts';
import { anchorsCall } from './encode.ts';

const path = new URL('../../test/fixtures/vectors/device-to-desktop.json', import.meta.url);
const { messages } = JSON.parse(readFileSync(path, 'utf8')) as {
  messages: { message: string; line: string }[];
};

describe('messages to the desktop', () => {
  it.each(messages)('$message is byte for byte what an original device writes', ({ line }) => {
    const parsed = parseLine(Buffer.from(line.trimEnd()));
    if (parsed.kind !== 'call') throw new Error('not a call');
    const call = unwrapForwarded(parsed.call);
    if (!call.ok) throw new Error(call.problem.detail);
    const message = decodeForDesktop(call.value);
    if (!message.ok) throw new Error(message.problem.detail);
    const written =
      message.value.name === 'clientSyncAnchors'
        ? encodeCallB(anchorsCall(message.value))
        : encodeMessageLine(message.value);
    expect(written.toString('latin1')).toBe(line);
  });
});
