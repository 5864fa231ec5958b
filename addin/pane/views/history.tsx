/** The history: one line for each session that did something, newest first. */
import { Badge, Button, makeStyles, tokens } from '@fluentui/react-components';
import type { HistoryEntry } from '../../../contract/history.ts';
import { LoadedPart } from '../parts/loaded-part.tsx';
import { useCommonStyles } from '../parts/styles.ts';
import { VirtualList } from '../parts/virtual-list.tsx';
import type { ViewProps } from '../parts/view-props.ts';
import { historyText } from '../words/results.ts';
import { datasetName } from '../words/terms.ts';
import { ago } from '../words/times.ts';
import { UndoButton } from './undo-button.tsx';

const useStyles = makeStyles({ outer: { paddingBlockEnd: tokens.spacingVerticalS } });

export function History({ state, commands, now }: ViewProps) {
  const common = useCommonStyles();
  const styles = useStyles();
  return (
    <LoadedPart
      loaded={state.history}
      waiting="Loading the history…"
      again={() => commands.open({ kind: 'history' })}
    >
      {({ sessions, before }) => (
        <>
          {sessions.length === 0 && (
            <section className={common.card}>
              <h2 className={common.h2}>Nothing has been synced yet.</h2>
              <p className={common.muted}>Whatever a sync changes can be seen and undone here.</p>
            </section>
          )}
          <VirtualList
            items={sessions}
            total={before === null ? sessions.length : sessions.length + 1}
            itemKey={({ session }) => session}
            estimate={140}
            label="Syncs"
            draw={(entry) => (
              <div className={styles.outer}>
                <Entry entry={entry} commands={commands} now={now} busy={state.busy.has('undo')} />
              </div>
            )}
            onEnd={commands.more}
          />
        </>
      )}
    </LoadedPart>
  );
}

interface EntryProps {
  readonly entry: HistoryEntry;
  readonly commands: ViewProps['commands'];
  readonly now: number;
  readonly busy: boolean;
}

function Entry({ entry, commands, now, busy }: EntryProps) {
  const common = useCommonStyles();
  const { session, dataset, device, startedAt, undoes, undoneBy } = entry;
  const title = `session-${session}`;
  const name = datasetName(dataset);
  return (
    <article className={common.card} aria-labelledby={title}>
      <div className={common.row}>
        <h2 className={common.h2} id={title}>
          {undoes === null ? name : `${name}, undo of #${undoes}`}
        </h2>
        {undoneBy !== null && (
          <Badge appearance="tint" color="informative">
            Undone
          </Badge>
        )}
        {entry.outcome === 'interrupted' && (
          <Badge appearance="tint" color="warning">
            Interrupted
          </Badge>
        )}
      </div>
      <p className={common.text}>{historyText(entry)}.</p>
      <p className={common.muted}>
        #{session} · {device} · {ago(startedAt, now)}
      </p>
      <div className={common.row}>
        <Button
          size="small"
          aria-describedby={title}
          onClick={() =>
            commands.open({
              kind: 'session',
              session,
              device,
              preview: false,
              title: `${name}, ${ago(startedAt, now)}`,
            })
          }
        >
          What changed
        </Button>
        {entry.undoable && (
          <UndoButton
            describedBy={title}
            busy={busy}
            question="Put back what it changed, on both sides?"
            onUndo={() => commands.undo(session)}
          />
        )}
      </div>
    </article>
  );
}
