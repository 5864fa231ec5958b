/** The whole pane: tabs, the open view, and what is said of what was asked for. */
import {
  Button,
  CounterBadge,
  FluentProvider,
  MessageBar,
  MessageBarActions,
  MessageBarBody,
  MessageBarTitle,
  Spinner,
  makeStyles,
  tokens,
} from '@fluentui/react-components';
import { DismissRegular } from '@fluentui/react-icons';
import { lazy, Suspense, useEffect, useRef, useState, type ComponentType } from 'react';
import { errorCatalogue } from '../../../contract/errors.ts';
import { useKeptFocus } from '../parts/kept-focus.ts';
import { useCommonStyles } from '../parts/styles.ts';
import { themeFor } from '../parts/theme.ts';
import { TroubleBar } from '../parts/trouble-bar.tsx';
import type { ViewProps } from '../parts/view-props.ts';
import type { Commands } from '../store/commands.ts';
import type { AppState, View } from '../store/state.ts';
import { useStore, type Store } from '../store/store.ts';
import { announcement } from '../words/announcement.ts';
import { troubles } from '../words/troubles.ts';
import { Home } from './home.tsx';
import { Pairing } from './pairing.tsx';

const pages: Readonly<Record<Exclude<View['kind'], 'home'>, ComponentType<ViewProps>>> = {
  conflicts: lazy(() => import('./conflicts.tsx').then(({ Conflicts }) => ({ default: Conflicts }))),
  history: lazy(() => import('./history.tsx').then(({ History }) => ({ default: History }))),
  session: lazy(() => import('./session.tsx').then(({ Session }) => ({ default: Session }))),
  devices: lazy(() => import('./devices.tsx').then(({ Devices }) => ({ default: Devices }))),
  'add-device': lazy(() => import('./add-device.tsx').then(({ AddDevice }) => ({ default: AddDevice }))),
  coverage: lazy(() => import('./coverage.tsx').then(({ CoveragePage }) => ({ default: CoveragePage }))),
};

type TabName = 'home' | 'conflicts' | 'history' | 'devices';

const ownTabs: Readonly<Record<Exclude<View['kind'], 'session'>, TabName>> = {
  home: 'home',
  conflicts: 'conflicts',
  history: 'history',
  devices: 'devices',
  'add-device': 'devices',
  coverage: 'home',
};

/** Which tab a view belongs to. A preview is no history. */
function tabOf(view: View): TabName {
  if (view.kind === 'session') return view.preview ? 'home' : 'history';
  return ownTabs[view.kind];
}

const useStyles = makeStyles({
  page: {
    minHeight: '100vh',
    boxSizing: 'border-box',
    overflowWrap: 'anywhere',
    backgroundColor: tokens.colorNeutralBackground2,
    color: tokens.colorNeutralForeground1,
    // Lists of any length are drawn anew as they are scrolled: they must not pull the page along.
    overflowAnchor: 'none',
  },
  tabs: {
    display: 'flex',
    flexWrap: 'wrap',
    position: 'sticky',
    top: 0,
    zIndex: 1,
    backgroundColor: tokens.colorNeutralBackground2,
    borderBottom: `1px solid ${tokens.colorNeutralStroke2}`,
    paddingInline: tokens.spacingHorizontalS,
    // On a page so magnified that they would cover it they scroll away.
    '@media (max-height: 300px)': { position: 'static' },
  },
  tab: {
    display: 'flex',
    alignItems: 'center',
    gap: tokens.spacingHorizontalXS,
    minHeight: '36px',
    paddingInline: tokens.spacingHorizontalS,
    border: 'none',
    borderBottom: '3px solid transparent',
    background: 'none',
    color: tokens.colorNeutralForeground2,
    font: 'inherit',
    cursor: 'pointer',
    ':hover': { color: tokens.colorNeutralForeground1, borderBottomColor: tokens.colorNeutralStroke1 },
    ':focus-visible': {
      outline: `2px solid ${tokens.colorStrokeFocus2}`,
      outlineOffset: '-2px',
      borderRadius: tokens.borderRadiusMedium,
    },
    '&[aria-current]': {
      color: tokens.colorNeutralForeground1,
      fontWeight: tokens.fontWeightSemibold,
      borderBottomColor: tokens.colorCompoundBrandStroke,
    },
    '@media (forced-colors: active)': {
      borderBottomColor: 'Canvas',
      '&[aria-current]': { borderBottomColor: 'Highlight' },
    },
  },
  main: {
    display: 'flex',
    flexDirection: 'column',
    gap: tokens.spacingVerticalM,
    maxWidth: '40rem',
    marginInline: 'auto',
    padding: tokens.spacingHorizontalM,
    minWidth: 0,
  },
});

export function App({ store, commands }: { readonly store: Store; readonly commands: Commands }) {
  const state = useStore(store);
  const dark = useMedia('(prefers-color-scheme: dark)');
  const now = useClock();
  const theme = themeFor(state.theme, dark);
  useBackground(theme.colorNeutralBackground2, state.theme?.isDark ?? dark);
  return (
    <FluentProvider theme={theme}>
      <Page state={state} commands={commands} now={now} />
    </FluentProvider>
  );
}

interface PageProps {
  readonly state: AppState;
  readonly commands: Commands;
  readonly now: number;
}

function Page({ state, commands, now }: PageProps) {
  const common = useCommonStyles();
  const styles = useStyles();
  const { link, view } = state;
  const main = useRef<HTMLElement>(null);
  useKeptFocus(main);
  return (
    <div className={styles.page}>
      {link.kind === 'connected' && (
        <Navigation state={state} commands={commands} open={link.status.openConflicts} />
      )}
      <main ref={main} className={styles.main} data-view={link.kind === 'connected' ? view.kind : link.kind}>
        <h1 className={common.hidden}>Device Sync</h1>
        <p role="status" className={common.hidden}>
          {announcement(state)}
        </p>
        <Said state={state} commands={commands} />
        {link.kind === 'starting' && <Spinner label="Looking for the bridge…" />}
        {link.kind === 'unreachable' &&
          troubles(state).map((trouble) => (
            <TroubleBar key={trouble.id} trouble={trouble} commands={commands} busy={state.busy} />
          ))}
        {link.kind === 'pairing' && <Pairing code={link.code} commands={commands} />}
        {link.kind === 'connected' && (
          <Opened kind={view.kind} state={state} status={link.status} commands={commands} now={now} />
        )}
      </main>
    </div>
  );
}

function Opened({ kind, ...props }: ViewProps & { readonly kind: View['kind'] }) {
  if (kind === 'home') return <Home {...props} />;
  const Opening = pages[kind];
  return (
    <Suspense fallback={<Spinner size="small" label="Opening…" />}>
      <Opening {...props} />
    </Suspense>
  );
}

const tabs: readonly (readonly [TabName, string])[] = [
  ['home', 'Sync'],
  ['conflicts', 'Conflicts'],
  ['history', 'History'],
  ['devices', 'Devices'],
];

/** Pages, not tabs of one page: a navigation, in which each is reached by itself. */
function Navigation({ state, commands, open }: NavigationProps) {
  const styles = useStyles();
  const select = (tab: TabName): void =>
    commands.open(tab === 'conflicts' ? { kind: 'conflicts', filter: 'open' } : { kind: tab });
  return (
    <nav className={styles.tabs} aria-label="Pages">
      {tabs.map(([tab, name]) => (
        <button
          key={tab}
          type="button"
          className={styles.tab}
          aria-current={tabOf(state.view) === tab ? 'page' : undefined}
          onClick={() => select(tab)}
        >
          {name}
          {tab === 'conflicts' && open > 0 && (
            <CounterBadge count={open} size="small" color="danger" aria-label={`${open} waiting`} />
          )}
        </button>
      ))}
    </nav>
  );
}

interface NavigationProps {
  readonly state: AppState;
  readonly commands: Commands;
  /** Conflicts that wait. */
  readonly open: number;
}

/** What was asked for and did not work, or has worked. */
function Said({ state, commands }: { readonly state: AppState; readonly commands: Commands }) {
  const { problem, said } = state;
  if (problem === null && said === '') return null;
  return (
    <MessageBar
      intent={problem === null ? 'success' : 'error'}
      layout="multiline"
      politeness={problem === null ? 'polite' : 'assertive'}
    >
      <MessageBarBody>
        {problem === null ? (
          said
        ) : (
          <>
            <MessageBarTitle>{errorCatalogue[problem.code].message}</MessageBarTitle> {problem.remedy}
            {problem.detail !== '' && ` (${problem.detail})`}
          </>
        )}
      </MessageBarBody>
      <MessageBarActions
        containerAction={
          <Button
            appearance="transparent"
            aria-label="Dismiss"
            icon={<DismissRegular />}
            onClick={commands.dismiss}
          />
        }
      />
    </MessageBar>
  );
}

/** What is drawn by the browser itself, beside and under the page, goes with it: scrollbars, lists, gaps. */
function useBackground(background: string, isDark: boolean): void {
  useEffect(() => {
    const { style } = document.documentElement;
    style.colorScheme = isDark ? 'dark' : 'light';
    style.backgroundColor = background;
  }, [background, isDark]);
}

function useMedia(query: string): boolean {
  const [matches, setMatches] = useState(() => window.matchMedia(query).matches);
  useEffect(() => {
    const list = window.matchMedia(query);
    const follow = (): void => setMatches(list.matches);
    list.addEventListener('change', follow);
    return () => list.removeEventListener('change', follow);
  }, [query]);
  return matches;
}

const TICK_MS = 5_000;

/** The time, in ms since 1970, good enough for "5 minutes ago". */
function useClock(): number {
  const [now, setNow] = useState(() => Date.now());
  useEffect(() => {
    const timer = setInterval(() => setNow(Date.now()), TICK_MS);
    return () => clearInterval(timer);
  }, []);
  return now;
}
