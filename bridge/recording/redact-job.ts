/** What was asked for and what came of it, as a recording shows it. Pure. */
import { errorCatalogue, isErrorCode } from '../../contract/errors.ts';
import type { ReportLine, SessionReport, StartRequest } from '../../contract/job.ts';
import type { RecordingEvent } from '../../contract/recording.ts';
import type { SettingsChange } from '../../contract/settings.ts';
import type { Pseudonyms } from './pseudonyms.ts';

type Recorded<E extends RecordingEvent['event']> = Omit<
  Extract<RecordingEvent, { event: E }>,
  'at' | 'event'
>;

/** A device's name, and those of categories, are what somebody wrote. */
export function redactRequest(
  pseudonyms: Pseudonyms,
  { device: _device, settings, ...request }: StartRequest,
): Recorded<'begin'>['request'] {
  if (settings === undefined) return request;
  const changes = Object.entries(settings).map(([dataset, change]) => [
    dataset,
    redactSettings(pseudonyms, change),
  ]);
  return { ...request, settings: Object.fromEntries(changes) as Record<string, SettingsChange> };
}

function redactSettings(
  pseudonyms: Pseudonyms,
  { include, exclude, ...change }: SettingsChange,
): SettingsChange {
  const standIns = (names: readonly string[]): string[] => names.map((name) => pseudonyms.text(name));
  return {
    ...change,
    ...(include !== undefined && { include: standIns(include) }),
    ...(exclude !== undefined && { exclude: standIns(exclude) }),
  };
}

/** Without labels and fields, which show what is in records. */
export function redactReport(report: SessionReport): Recorded<'session'> {
  const { dataset, kind, outcome, error, device, mailbox, paired, conflicts, pairs, lines } = report;
  return {
    ...{ dataset, kind, outcome },
    ...(error !== undefined && { error: error.code }),
    ...{ device, mailbox, paired, conflicts, pairs },
    lines: lines.map(redactReportLine),
  };
}

/** The reason for a problem may quote what is wrong with a record: its code's own sentence takes its place. */
function redactReportLine({ side, action, reason, code }: ReportLine): Recorded<'session'>['lines'][number] {
  if (code === undefined) return { side, action, reason };
  return { side, action, reason: isErrorCode(code) ? errorCatalogue[code].message : '', code };
}
