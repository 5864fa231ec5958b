/** Recordings of syncs as data (docs/recordings.md). */
import { recordingEventSchema, type RecordingEvent } from '../../../contract/recording.ts';

export type EventOf<E extends RecordingEvent['event']> = Extract<RecordingEvent, { event: E }>;

/** The events of a recording's lines. Throws where one of them is none. */
export function readRecording(lines: readonly string[]): readonly RecordingEvent[] {
  return lines.filter((line) => line !== '').map((line) => recordingEventSchema.parse(JSON.parse(line)));
}

/** Those of one kind, in order. */
export function eventsOf<E extends RecordingEvent['event']>(
  events: readonly RecordingEvent[],
  kind: E,
): readonly EventOf<E>[] {
  return events.filter((event): event is EventOf<E> => event.event === kind);
}

/** The only one of its kind. */
export function onlyEvent<E extends RecordingEvent['event']>(
  events: readonly RecordingEvent[],
  kind: E,
): EventOf<E> {
  const [event, ...others] = eventsOf(events, kind);
  if (event === undefined || others.length > 0) throw new Error(`${others.length + 1} times ${kind}`);
  return event;
}
