/** A new device: by a cable, chosen among the serial ports of this PC, or by its address. */
import { Button, Checkbox, Field, Input, Radio, RadioGroup, Select } from '@fluentui/react-components';
import { ArrowClockwiseRegular, ArrowLeftRegular } from '@fluentui/react-icons';
import { useState, type SyntheticEvent } from 'react';
import type { Port } from '../../../contract/api.ts';
import { LoadedPart } from '../parts/loaded-part.tsx';
import { useCommonStyles } from '../parts/styles.ts';
import type { ViewProps } from '../parts/view-props.ts';
import { readDeviceDraft, type DeviceDraft } from '../words/device-draft.ts';
import { portAddress } from '../words/port-address.ts';

const RATES = [9600, 19_200, 38_400, 57_600, 115_200, 230_400];

const empty: DeviceDraft = {
  name: 'Handheld',
  kind: 'tcp',
  address: '',
  path: '',
  baudRate: 115_200,
  greenphone: false,
};

export function AddDevice({ state, status, commands }: ViewProps) {
  const common = useCommonStyles();
  const [draft, setDraft] = useState(empty);
  const [tried, setTried] = useState(false);
  const read = readDeviceDraft(
    draft,
    status.devices.map(({ name }) => name),
  );
  const change = (part: Partial<DeviceDraft>): void => setDraft({ ...draft, ...part });
  const complaint = (field: keyof DeviceDraft) =>
    tried && !read.ok && read.field === field && { validationMessage: read.problem };
  const submit = (event: SyntheticEvent): void => {
    event.preventDefault();
    setTried(true);
    if (read.ok) commands.addDevice(read.request);
  };
  return (
    <form className={common.stack} onSubmit={submit} noValidate>
      <div>
        <Button
          size="small"
          appearance="subtle"
          icon={<ArrowLeftRegular />}
          onClick={() => commands.open({ kind: 'home' })}
        >
          Back
        </Button>
      </div>
      <h2 className={common.h2}>Connect a device</h2>
      <Field label="Name" required {...complaint('name')}>
        <Input value={draft.name} onChange={(_event, { value }) => change({ name: value })} />
      </Field>
      <Field label="How is it connected?">
        <RadioGroup
          value={draft.kind}
          onChange={(_event, { value }) => change({ kind: value === 'serial' ? 'serial' : 'tcp' })}
        >
          <Radio value="tcp" label="Network, or USB network" />
          <Radio value="serial" label="Serial cable, or USB serial" />
        </RadioGroup>
      </Field>
      {draft.kind === 'tcp' ? (
        <Field
          label="Address"
          required
          hint="Name or number, such as 192.168.0.202. The port is 4245 unless you add another."
          {...complaint('address')}
        >
          <Input value={draft.address} onChange={(_event, { value }) => change({ address: value })} />
        </Field>
      ) : (
        <>
          <LoadedPart loaded={state.ports} waiting="Looking for ports…" again={commands.loadPorts}>
            {(ports) => (
              <Field label="Port" required {...complaint('path')}>
                {ports.length === 0 ? (
                  <p className={common.muted}>No serial port is there. Plug in the cable, then look again.</p>
                ) : (
                  <RadioGroup value={draft.path} onChange={(_event, { value }) => change({ path: value })}>
                    {ports.map((port) => (
                      <Radio key={port.path} value={portAddress(port, ports)} label={portText(port)} />
                    ))}
                  </RadioGroup>
                )}
              </Field>
            )}
          </LoadedPart>
          <div>
            <Button size="small" icon={<ArrowClockwiseRegular />} onClick={commands.loadPorts}>
              Look again
            </Button>
          </div>
          <Field label="Speed">
            <Select
              value={String(draft.baudRate)}
              onChange={(_event, { value }) => change({ baudRate: Number(value) })}
            >
              {RATES.map((rate) => (
                <option key={rate} value={rate}>
                  {rate.toLocaleString('en-GB')} baud
                </option>
              ))}
            </Select>
          </Field>
          <Checkbox
            label="It is a Greenphone"
            checked={draft.greenphone}
            onChange={(_event, { checked }) => change({ greenphone: checked === true })}
          />
        </>
      )}
      <div>
        <Button type="submit" appearance="primary" disabledFocusable={state.busy.has('add-device')}>
          Connect
        </Button>
      </div>
    </form>
  );
}

function portText({ path, description }: Port): string {
  return description === '' ? path : `${path}, ${description}`;
}
