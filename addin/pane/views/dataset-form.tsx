/** What is chosen for one dataset. Each choice counts at once. */
import { Checkbox, Field, Input, Select, makeStyles, tokens } from '@fluentui/react-components';
import { useEffect, useState } from 'react';
import {
  modeSchema,
  policySchema,
  type CalendarWindow,
  type DatasetSettings,
  type SettingsChange,
} from '../../../contract/settings.ts';
import { useCommonStyles } from '../parts/styles.ts';
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

const DEFAULT_WINDOW: CalendarWindow = { daysBack: 90, daysAhead: 730 };

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
            onChange={(_event, { checked }) => onChange({ window: checked === true ? null : DEFAULT_WINDOW })}
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

const MAX_DAYS = 36_500;

interface DaysProps {
  readonly label: string;
  readonly value: number;
  readonly onChange: (days: number) => void;
}

function Days({ label, value, onChange }: DaysProps) {
  const [draft, setDraft] = useDraft(String(value));
  const valid = /^\d+$/.test(draft) && Number(draft) <= MAX_DAYS;
  const commit = (): void => {
    if (valid && Number(draft) !== value) onChange(Number(draft));
  };
  return (
    <Field label={label} {...(!valid && { validationMessage: `0 to ${MAX_DAYS}` })}>
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

function Categories({ label, value, onChange }: CategoriesProps) {
  const [draft, setDraft] = useDraft(value.join(', '));
  const commit = (): void => {
    const names = [...new Set(draft.split(/[,;]/).map((name) => name.trim()))].filter((name) => name !== '');
    if (names.join() !== value.join()) onChange(names);
  };
  return (
    <Field label={label} hint="Separate names by commas.">
      <Input
        value={draft}
        maxLength={2000}
        onChange={(_event, data) => setDraft(data.value)}
        onBlur={commit}
        onKeyDown={({ key }) => key === 'Enter' && commit()}
      />
    </Field>
  );
}
