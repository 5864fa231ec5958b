import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readEvents, type ServerEvent } from './event-stream.ts';

/** A stream that brings its bytes in pieces of these lengths. */
function inPieces(text: string, lengths: readonly number[]): ReadableStream<Uint8Array> {
  const bytes = new TextEncoder().encode(text);
  let at = 0;
  let turn = 0;
  return new ReadableStream({
    pull(controller) {
      if (at >= bytes.length) {
        controller.close();
        return;
      }
      const length = lengths[turn++ % lengths.length] ?? 1;
      controller.enqueue(bytes.subarray(at, at + length));
      at += length;
    },
  });
}

async function collect(stream: ReadableStream<Uint8Array>): Promise<ServerEvent[]> {
  const events: ServerEvent[] = [];
  for await (const event of readEvents(stream)) events.push(event);
  return events;
}

describe('an event stream', () => {
  it('gives the same events however its bytes are cut', async () => {
    const event = fc.record({
      event: fc.constantFrom('status', 'job', 'progress'),
      data: fc.json({ noUnicodeString: false }).map((json) => JSON.stringify(json)),
    });
    await fc.assert(
      fc.asyncProperty(
        fc.array(event),
        fc.array(fc.integer({ min: 1, max: 9 }), { minLength: 1 }),
        fc.constantFrom('\n', '\r\n'),
        async (events, lengths, end) => {
          const text = events.map(
            (one) => `: beat${end}${end}event: ${one.event}${end}data: ${one.data}${end}${end}`,
          );
          expect(await collect(inPieces(text.join(''), lengths))).toEqual(events);
        },
      ),
    );
  });

  it('skips comments, joins lines of data, and drops what the stream cut off', async () => {
    const text = ': hello\n\ndata: a\ndata: b\n\nevent: job\ndata: {"x"';
    expect(await collect(inPieces(text, [4]))).toEqual([{ event: 'message', data: 'a\nb' }]);
  });

  it('is given up when a line never ends', async () => {
    const endless = new ReadableStream<Uint8Array>({
      pull: (controller) => controller.enqueue(new Uint8Array(100_000).fill(97)),
    });
    await expect(collect(endless)).rejects.toMatchObject({ code: 'api.too-large' });
  });
});
