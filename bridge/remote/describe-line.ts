/** Lines of the other end in words, fit for logs and error details. */
import type { Line } from '../../qdsync/index.ts';

const LONGEST_SHOWN = 120;

export function describeLine(line: Line): string {
  switch (line.kind) {
    case 'call':
      return shown(`${line.call.channel} ${line.call.signature}`);
    case 'status':
      return shown(`${line.code} ${line.text}`);
    case 'malformed':
      return line.detail;
    case 'unknown':
      return shown(line.word);
    case 'helper':
    case 'user':
    case 'pass':
    case 'quit':
    case 'extend':
    case 'pair':
      return line.kind.toUpperCase();
  }
}

/** Text of the other end, short and without control characters. */
export function shown(text: string): string {
  return text.replace(/\p{Cc}/gu, '?').slice(0, LONGEST_SHOWN);
}

/** A line as an observer may see it. */
export function redacted(line: string): string {
  return line.startsWith('PASS ') ? 'PASS ********' : line;
}
