/** What is chosen for one dataset. Each choice counts at once. */
import { Checkbox, Field, Input, Select, makeStyles, tokens } from '@fluentui/react-components';
import { useEffect, useState } from 'react';
import {
  DEFAULT_SETTINGS,
  modeSchema,
  policySchema,
  type DatasetSettings,
  type SettingsChange,
} from '../../../contract/settings.ts';
import { useCommonStyles } from '../parts/styles.ts';
import { readCategories, readDays } from '../words/dataset-draft.ts';
import { modeHints, modeNames, policyNames } from '../words/terms.ts';

export interface DatasetFormProps {
  readonly dataset: string;
  readonly settings: DatasetSettings;
  readonly onChange: (change: SettingsChange) => void;
}

const useStyles = makeStyles({
  form: { paddingBlockEnd: tokens.spacingVerticalM },
  days: {
    display: 'grid',
    gridTemplateColumns: 'repeat(auto-fit, minmax(min(90px, 100%), 1fr))',
    gap: tokens.spacingHorizontalS,
  },
});

export function DatasetForm({ dataset, settings, onChange }: DatasetFormProps) {
  const common = useCommonStyles();
  const styles = useStyles();
  const { mode, policy, window, trim, include, exclude } = settings;
  return (
    <div className={`${common.stack} ${styles.form}`}>
      <Field label="Direction" hint={modeHints[mode]}>
        <Select value={mode} onChange={(_event, { value }) => onChange({ mode: modeSchema.parse(value) })}>
          {modeSchema.options.map((each) => (
            <option key={each} value={each}>
              {modeNames[each]}
            </option>
          ))}
        </Select>
      </Field>
      <Field label="If both sides changed the same thing">
        <Select
          value={policy}
          onChange={(_event, { value }) => onChange({ policy: policySchema.parse(value) })}
        >
          {policySchema.options.map((each) => (
            <option key={each} value={each}>
              {policyNames[each]}
            </option>
          ))}
        </Select>
      </Field>
      {dataset === 'calendar' && (
        <>
          <Checkbox
            label="All appointments, however old"
            checked={window === null}
            onChange={(_event, { checked }) =>
              onChange({ window: checked === true ? null : DEFAULT_SETTINGS.window })
            }
          />
          {window !== null && (
            <div className={styles.days}>
              <Days
                label="Days back"
                value={window.daysBack}
                onChange={(daysBack) => onChange({ window: { ...window, daysBack } })}
              />
              <Days
                label="Days ahead"
                value={window.daysAhead}
                onChange={(daysAhead) => onChange({ window: { ...window, daysAhead } })}
              />
            </div>
          )}
          {window !== null && (
            <Checkbox
              label="Take what is outside off the device"
              checked={trim}
              onChange={(_event, { checked }) => onChange({ trim: checked === true })}
            />
          )}
        </>
      )}
      <Categories
        label="Only these categories"
        value={include}
        onChange={(names) => onChange({ include: names })}
      />
      <Categories
        label="Not these categories"
        value={exclude}
        onChange={(names) => onChange({ exclude: names })}
      />
    </div>
  );
}

/** A text that counts when it is left or Enter is pressed; what was given from outside replaces it. */
function useDraft(value: string): readonly [string, (text: string) => void] {
  const [draft, setDraft] = useState(value);
  useEffect(() => setDraft(value), [value]);
  return [draft, setDraft];
}

interface DaysProps {
  readonly label: string;
  readonly value: number;
  readonly onChange: (days: number) => void;
}

function Days({ label, value, onChange }: DaysProps) {
  const [draft, setDraft] = useDraft(String(value));
  const read = readDays(draft);
  const commit = (): void => {
    if (read.ok && read.value !== value) onChange(read.value);
  };
  return (
    <Field label={label} {...(!read.ok && { validationMessage: read.problem })}>
      <Input
        inputMode="numeric"
        value={draft}
        onChange={(_event, data) => setDraft(data.value)}
        onBlur={commit}
        onKeyDown={({ key }) => key === 'Enter' && commit()}
      />
    </Field>
  );
}

interface CategoriesProps {
  readonly label: string;
  readonly value: readonly string[];
  readonly onChange: (names: string[]) => void;
}

/** A hundred names of the longest with their commas. */
const MAX_TEXT = 26_000;

function Categories({ label, value, onChange }: CategoriesProps) {
  const [draft, setDraft] = useDraft(value.join(', '));
  const read = readCategories(draft);
  const commit = (): void => {
    if (read.ok && read.value.join() !== value.join()) onChange(read.value);
  };
  return (
    <Field
      label={label}
      hint="Separate names by commas."
      {...(!read.ok && { validationMessage: read.problem })}
    >
      <Input
        value={draft}
        maxLength={MAX_TEXT}
        onChange={(_event, data) => setDraft(data.value)}
        onBlur={commit}
        onKeyDown={({ key }) => key === 'Enter' && commit()}
      />
    </Field>
  );
}
