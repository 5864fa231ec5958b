/** What is fetched: a spinner until it is there, what went wrong, or the thing itself. */
import {
  Button,
  MessageBar,
  MessageBarActions,
  MessageBarBody,
  MessageBarTitle,
  Spinner,
} from '@fluentui/react-components';
import type { ReactNode } from 'react';
import { valueOf, type Loaded } from '../store/state.ts';

export interface LoadedPartProps<T> {
  readonly loaded: Loaded<T>;
  /** `Loading the history…` */
  readonly waiting: string;
  readonly again: () => void;
  readonly children: (value: T) => ReactNode;
}

export function LoadedPart<T>({ loaded, waiting, again, children }: LoadedPartProps<T>) {
  const value = valueOf(loaded);
  return (
    <>
      {loaded.kind === 'failed' && (
        <MessageBar intent="error" layout="multiline">
          <MessageBarBody>
            <MessageBarTitle>{loaded.problem.message}</MessageBarTitle> {loaded.problem.remedy}
          </MessageBarBody>
          <MessageBarActions>
            <Button onClick={again}>Try again</Button>
          </MessageBarActions>
        </MessageBar>
      )}
      {value !== null
        ? children(value)
        : loaded.kind !== 'failed' && <Spinner size="small" label={waiting} />}
    </>
  );
}
