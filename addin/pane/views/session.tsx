/** What a session did to each record, or what a preview would do: field by field. */
import { Badge, Button, makeStyles, tokens } from '@fluentui/react-components';
import { ArrowLeftRegular } from '@fluentui/react-icons';
import type { HistoryRecord } from '../../../contract/history.ts';
import type { ReportLine } from '../../../contract/job.ts';
import { LoadedPart } from '../parts/loaded-part.tsx';
import { useCommonStyles } from '../parts/styles.ts';
import { VirtualList } from '../parts/virtual-list.tsx';
import type { ViewProps } from '../parts/view-props.ts';
import { lineText } from '../words/results.ts';
import { counted } from '../words/terms.ts';
import { UndoButton } from './undo-button.tsx';

const useStyles = makeStyles({
  record: {
    paddingBlock: tokens.spacingVerticalS,
    borderBottom: `1px solid ${tokens.colorNeutralStroke2}`,
  },
  summary: { cursor: 'pointer' },
  details: { paddingInlineStart: tokens.spacingHorizontalM, paddingBlockStart: tokens.spacingVerticalXS },
  fields: { margin: 0, display: 'grid', gap: tokens.spacingVerticalXS },
  change: { margin: 0 },
  before: { color: tokens.colorNeutralForeground2, textDecorationLine: 'line-through' },
});

export function Session({ state, status, commands }: ViewProps) {
  const common = useCommonStyles();
  const { view } = state;
  if (view.kind !== 'session') return null;
  const { session, device, preview, title } = view;
  const isThere = status.devices.some(({ name }) => name === device);
  return (
    <>
      <div>
        <Button
          size="small"
          appearance="subtle"
          icon={<ArrowLeftRegular />}
          onClick={() => commands.open(preview ? { kind: 'home' } : { kind: 'history' })}
        >
          Back
        </Button>
      </div>
      <h2 className={common.h2}>{title}</h2>
      {preview && isThere && (
        <div className={common.row}>
          <span>Nothing has been changed yet.</span>
          <Button appearance="primary" size="small" onClick={() => commands.sync(device)}>
            Sync now
          </Button>
        </div>
      )}
      <LoadedPart loaded={state.records} waiting="Loading the records…" again={() => commands.open(view)}>
        {({ records, total }) => (
          <>
            <p className={common.muted}>{counted(total, 'record')}</p>
            <VirtualList
              items={records}
              total={total}
              itemKey={({ number }) => number}
              estimate={64}
              label={title}
              draw={(record) => (
                <Record
                  record={record}
                  busy={state.busy.has('undo')}
                  {...(!preview && { onUndo: () => commands.undo(session, [record.number]) })}
                />
              )}
              onEnd={commands.more}
            />
          </>
        )}
      </LoadedPart>
    </>
  );
}

interface RecordProps {
  readonly record: HistoryRecord;
  readonly busy: boolean;
  readonly onUndo?: () => void;
}

const colours: Readonly<Record<ReportLine['action'], 'success' | 'informative' | 'danger' | 'warning'>> = {
  create: 'success',
  update: 'informative',
  remove: 'danger',
  pair: 'informative',
  conflict: 'warning',
  problem: 'warning',
};

function Record({ record, busy, onUndo }: RecordProps) {
  const common = useCommonStyles();
  const styles = useStyles();
  const [first] = record.lines;
  const id = `record-${record.number}`;
  return (
    <div className={styles.record}>
      <details>
        <summary className={styles.summary}>
          <span className={common.strong} id={id}>
            {first?.label ?? 'Record'}
          </span>{' '}
          {distinct(record.lines).map((line) => (
            <Badge key={lineText(line)} appearance="tint" color={colours[line.action]}>
              {lineText(line)}
            </Badge>
          ))}
        </summary>
        <div className={`${common.tight} ${styles.details}`}>
          {record.lines.map((line, index) => (
            <Line key={index} line={line} />
          ))}
          {onUndo !== undefined && record.undoable && (
            <UndoButton describedBy={id} busy={busy} question="Put this record back?" onUndo={onUndo} />
          )}
        </div>
      </details>
    </div>
  );
}

/** What is said of a record at a glance is said once. */
function distinct(lines: readonly ReportLine[]): readonly ReportLine[] {
  return [...new Map(lines.map((line) => [lineText(line), line])).values()];
}

function Line({ line }: { readonly line: ReportLine }) {
  const common = useCommonStyles();
  const styles = useStyles();
  return (
    <div className={common.tight}>
      <p className={common.muted}>
        {line.reason} {line.remedy}
      </p>
      <dl className={styles.fields}>
        {line.fields.map(({ field, before, after }, index) => (
          <div key={index}>
            <dt className={common.strong}>{field}</dt>
            <dd className={styles.change}>
              {before !== '' && (
                <>
                  <span className={common.hidden}>was </span>
                  <del className={styles.before}>{before}</del>{' '}
                </>
              )}
              {after === '' ? <em>nothing</em> : <ins className={common.strong}>{after}</ins>}
            </dd>
          </div>
        ))}
      </dl>
    </div>
  );
}
