/** The conflict inbox: what both sides disagree about, the difference marked, one click to decide. */
import { Button, Field, Select, makeStyles } from '@fluentui/react-components';
import { useCommonStyles } from '../parts/styles.ts';
import { LoadedPart } from '../parts/loaded-part.tsx';
import { VirtualList } from '../parts/virtual-list.tsx';
import type { ViewProps } from '../parts/view-props.ts';
import type { ConflictFilter } from '../store/state.ts';
import { ConflictCard } from './conflict-card.tsx';

const filters: readonly (readonly [ConflictFilter, string])[] = [
  ['open', 'Waiting for me'],
  ['settled', 'Settled by the policy'],
  ['all', 'All'],
];

/** What it is said of stands below it, together. */
const useStyles = makeStyles({ line: { flexBasis: '100%' } });

export function Conflicts({ state, status, commands, now }: ViewProps) {
  const common = useCommonStyles();
  const styles = useStyles();
  const filter = state.view.kind === 'conflicts' ? state.view.filter : 'open';
  const busy = state.busy.has('resolve');
  const open = (next: ConflictFilter): void => commands.open({ kind: 'conflicts', filter: next });
  return (
    <>
      <Field label="Show">
        <Select value={filter} onChange={(_event, { value }) => open(value as ConflictFilter)}>
          {filters.map(([value, name]) => (
            <option key={value} value={value}>
              {name}
            </option>
          ))}
        </Select>
      </Field>
      <LoadedPart loaded={state.conflicts} waiting="Loading the conflicts…" again={() => open(filter)}>
        {({ conflicts, before }) => {
          const waiting = conflicts.filter((each) => each.state === 'open').map(({ id }) => id);
          return (
            <>
              {conflicts.length === 0 && (
                <section className={common.card}>
                  <h2 className={common.h2}>{nothing[filter]}</h2>
                  <p className={common.muted}>
                    What both sides have changed differently is listed here, with both values and a choice.
                  </p>
                </section>
              )}
              {waiting.length > 1 && (
                <div className={common.row} role="group" aria-label={`Decide all ${waiting.length} listed`}>
                  <span className={styles.line}>Use for all {waiting.length} listed:</span>
                  <Button
                    size="small"
                    disabledFocusable={busy}
                    onClick={() => commands.resolve(waiting, 'device')}
                  >
                    Device
                  </Button>
                  <Button
                    size="small"
                    disabledFocusable={busy}
                    onClick={() => commands.resolve(waiting, 'mailbox')}
                  >
                    Outlook
                  </Button>
                  <Button
                    size="small"
                    disabledFocusable={busy}
                    onClick={() => commands.resolve(waiting, 'both')}
                  >
                    Keep both
                  </Button>
                </div>
              )}
              <VirtualList
                items={conflicts}
                total={
                  before === null ? conflicts.length : Math.max(conflicts.length + 1, status.openConflicts)
                }
                itemKey={({ id }) => id}
                estimate={230}
                label="Conflicts"
                draw={(conflict) => (
                  <ConflictCard
                    conflict={conflict}
                    busy={busy}
                    now={now}
                    onChoice={(choice) => commands.resolve([conflict.id], choice)}
                  />
                )}
                onEnd={commands.more}
              />
            </>
          );
        }}
      </LoadedPart>
    </>
  );
}

const nothing: Readonly<Record<ConflictFilter, string>> = {
  open: 'No conflict waits for you.',
  settled: 'No policy has settled a conflict.',
  all: 'There have been no conflicts.',
};
