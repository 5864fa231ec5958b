/** Devices and what is chosen for each dataset of them: for the next sync only, or for always. */
import {
  Accordion,
  AccordionHeader,
  AccordionItem,
  AccordionPanel,
  Button,
  Field,
  Radio,
  RadioGroup,
} from '@fluentui/react-components';
import { AddRegular } from '@fluentui/react-icons';
import { useState } from 'react';
import type { DeviceStatus } from '../../../contract/api.ts';
import type { DatasetSettings } from '../../../contract/settings.ts';
import { LoadedPart } from '../parts/loaded-part.tsx';
import { useCommonStyles } from '../parts/styles.ts';
import type { ViewProps } from '../parts/view-props.ts';
import { datasetName, deviceStates, linkText, modeNames } from '../words/terms.ts';
import { DatasetForm } from './dataset-form.tsx';
import { ForgetDevice } from './forget-device.tsx';

export function Devices(props: ViewProps) {
  const { state, status, commands } = props;
  const common = useCommonStyles();
  return (
    <>
      {status.devices.length === 0 && <p className={common.text}>No device is configured yet.</p>}
      <LoadedPart
        loaded={state.settings}
        waiting="Loading the settings…"
        again={() => commands.open({ kind: 'devices' })}
      >
        {({ devices }) => (
          <>
            {status.devices.map((device) => (
              <Device
                key={device.name}
                {...props}
                device={device}
                datasets={devices.find((each) => each.device === device.name)?.datasets ?? {}}
              />
            ))}
          </>
        )}
      </LoadedPart>
      <div>
        <Button icon={<AddRegular />} onClick={() => commands.open({ kind: 'add-device' })}>
          Add a device
        </Button>
      </div>
    </>
  );
}

interface DeviceProps extends ViewProps {
  readonly device: DeviceStatus;
  readonly datasets: Readonly<Record<string, DatasetSettings>>;
}

function Device({ device, datasets, state, status, commands }: DeviceProps) {
  const common = useCommonStyles();
  const [when, setWhen] = useState<'always' | 'once'>('always');
  const once = state.once[device.name] ?? {};
  const busy = status.job?.state === 'running' && status.job.device === device.name;
  const effective = (dataset: string, kept: DatasetSettings): DatasetSettings =>
    when === 'once' ? ({ ...kept, ...once[dataset] } as DatasetSettings) : kept;
  return (
    <section className={common.card} aria-label={device.name}>
      <h2 className={common.h2}>{device.name}</h2>
      <p className={common.muted}>
        {linkText(device)} · {deviceStates[device.state]}
        {device.banner !== undefined && device.banner.model !== '' && ` · ${device.banner.model}`}
      </p>
      <Field label="What you choose here counts">
        <RadioGroup
          layout="horizontal"
          value={when}
          onChange={(_event, { value }) => setWhen(value === 'once' ? 'once' : 'always')}
        >
          <Radio value="always" label="Always" />
          <Radio value="once" label="Next sync only" />
        </RadioGroup>
      </Field>
      <Accordion collapsible multiple>
        {Object.entries(datasets).map(([dataset, kept]) => {
          const shown = effective(dataset, kept);
          return (
            <AccordionItem key={dataset} value={dataset}>
              <AccordionHeader as="h3" size="small">
                <span>
                  <span className={common.strong}>{datasetName(dataset)}</span>
                  <br />
                  <span className={common.muted}>
                    {modeNames[shown.mode]}
                    {once[dataset] !== undefined && when === 'always' && ', otherwise at the next sync'}
                  </span>
                </span>
              </AccordionHeader>
              <AccordionPanel>
                <DatasetForm
                  dataset={dataset}
                  settings={shown}
                  onChange={(change) => commands.change(device.name, dataset, change, when)}
                />
              </AccordionPanel>
            </AccordionItem>
          );
        })}
      </Accordion>
      <div className={common.row}>
        <Button size="small" disabledFocusable={busy} onClick={() => commands.compareAll(device.name)}>
          Compare everything
        </Button>
        <ForgetDevice device={device} busy={busy} onForget={() => commands.removeDevice(device.name)} />
      </div>
    </section>
  );
}
