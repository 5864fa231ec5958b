/** What every view is given: the state, and what can be asked for. */
import type { Status } from '../../../contract/api.ts';
import type { Commands } from '../store/commands.ts';
import type { AppState } from '../store/state.ts';

export interface ViewProps {
  readonly state: AppState;
  readonly status: Status;
  readonly commands: Commands;
  /** ms since 1970. */
  readonly now: number;
}

/** Name of the device that Sync is for; undefined: there is none. */
export function chosenDevice(state: AppState, status: Status): string | undefined {
  const named = status.devices.find(({ name }) => name === state.device);
  return (named ?? status.devices[0])?.name;
}
