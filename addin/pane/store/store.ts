/** Holds the state: one reducer, any number of listeners. */
import { useSyncExternalStore } from 'react';
import { reduce, type Action } from './reducer.ts';
import { initialState, type AppState } from './state.ts';

export interface Store {
  readonly state: () => AppState;
  readonly dispatch: (action: Action) => void;
  /** Calls the listener after each change, until the returned function is called. */
  readonly subscribe: (listener: () => void) => () => void;
}

export function createStore(first: AppState = initialState): Store {
  let state = first;
  const listeners = new Set<() => void>();
  return {
    state: () => state,
    dispatch(action) {
      state = reduce(state, action);
      for (const listener of listeners) listener();
    },
    subscribe(listener) {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
  };
}

/** The store's state, for a component that is drawn again at each change. */
export function useStore(store: Store): AppState {
  return useSyncExternalStore(store.subscribe, store.state);
}
