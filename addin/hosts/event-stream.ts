/** Reading server-sent events out of a streamed body, within bounds. */
import { SyncError } from '../../contract/errors.ts';

export interface ServerEvent {
  readonly event: string;
  readonly data: string;
}

/** A longer line or event is no event of the bridge's. */
const maxEventChars = 4_000_000;

/**
 * The events of a stream, as they arrive; comments are skipped. Ends when the stream does.
 * @throws SyncError `api.too-large` when something without an end arrives
 */
export async function* readEvents(body: ReadableStream<Uint8Array>): AsyncGenerator<ServerEvent> {
  const reader = body.getReader();
  const decoder = new TextDecoder();
  let lines: string[] = [];
  let rest = '';
  try {
    for (let read = await reader.read(); !read.done; read = await reader.read()) {
      const parts = (rest + decoder.decode(read.value, { stream: true })).split('\n');
      rest = parts.pop() ?? '';
      for (const part of parts) {
        const line = part.endsWith('\r') ? part.slice(0, -1) : part;
        if (line !== '') lines.push(line);
        else if (lines.length > 0) {
          const event = parseEvent(lines);
          lines = [];
          if (event !== undefined) yield event;
        }
      }
      const held = lines.reduce((total, line) => total + line.length, rest.length);
      if (held > maxEventChars) throw new SyncError('api.too-large', 'an event of the bridge');
    }
  } finally {
    await reader.cancel();
  }
}

/** Undefined for what holds nothing but comments. */
function parseEvent(lines: readonly string[]): ServerEvent | undefined {
  let event = 'message';
  const data: string[] = [];
  for (const line of lines) {
    const colon = line.indexOf(':');
    if (colon <= 0) continue;
    const value = line.slice(colon + 1).replace(/^ /, '');
    if (line.startsWith('event:')) event = value;
    else if (line.startsWith('data:')) data.push(value);
  }
  return data.length === 0 ? undefined : { event, data: data.join('\n') };
}
