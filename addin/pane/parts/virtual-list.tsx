/** A list of any length, of which only what is on the screen is in the page. It scrolls with the page itself. */
import { useWindowVirtualizer, defaultRangeExtractor } from '@tanstack/react-virtual';
import { makeStyles } from '@fluentui/react-components';
import { useEffect, useLayoutEffect, useRef, useState, type FocusEvent, type ReactNode } from 'react';

export interface VirtualListProps<T> {
  readonly items: readonly T[];
  /** How many there are once all are fetched. */
  readonly total: number;
  readonly itemKey: (item: T, index: number) => string | number;
  /** Usual height of an item in px. */
  readonly estimate: number;
  readonly label: string;
  readonly draw: (item: T) => ReactNode;
  /** The end of what is fetched comes into sight. */
  readonly onEnd: () => void;
}

const useStyles = makeStyles({
  list: { listStyleType: 'none', margin: 0, padding: 0, position: 'relative', width: '100%' },
  item: { position: 'absolute', insetBlockStart: 0, insetInlineStart: 0, width: '100%' },
});

const BEYOND = 8;

export function VirtualList<T>(props: VirtualListProps<T>) {
  const { items, total, itemKey, estimate, label, draw, onEnd } = props;
  const styles = useStyles();
  const list = useRef<HTMLUListElement>(null);
  const [offset, setOffset] = useState(0);
  // What has the focus stays in the page, wherever it is scrolled to.
  const [focused, setFocused] = useState<number | null>(null);
  useLayoutEffect(() => {
    const top = list.current?.getBoundingClientRect().top ?? 0;
    setOffset(Math.round(top + window.scrollY));
  }, [items.length]);
  const virtual = useWindowVirtualizer({
    count: items.length,
    estimateSize: () => estimate,
    overscan: BEYOND,
    scrollMargin: offset,
    getItemKey: (index) => {
      const item = items[index];
      return item === undefined ? index : itemKey(item, index);
    },
    rangeExtractor: (range) => {
      const shown = defaultRangeExtractor(range);
      if (focused === null || focused >= items.length || shown.includes(focused)) return shown;
      return [...shown, focused].sort((a, b) => a - b);
    },
  });
  const shown = virtual.getVirtualItems();
  const last = shown.at(-1)?.index ?? 0;
  useEffect(() => {
    if (items.length > 0 && last >= items.length - BEYOND - 1 && items.length < total) onEnd();
    // A list that was fetched anew meanwhile may be as long as it was: it is asked again all the same.
  }, [last, items, total, onEnd]);

  const follow = ({ target }: FocusEvent): void => {
    const index = target.closest('li')?.dataset.index;
    setFocused(index === undefined ? null : Number(index));
  };
  return (
    <ul
      ref={list}
      aria-label={label}
      className={styles.list}
      style={{ height: `${virtual.getTotalSize()}px` }}
      onFocus={follow}
      onBlur={() => setFocused(null)}
    >
      {shown.map(({ index, key, start }) => {
        const item = items[index];
        return (
          item !== undefined && (
            <li
              key={key}
              ref={virtual.measureElement}
              data-index={index}
              aria-setsize={total}
              aria-posinset={index + 1}
              className={styles.item}
              style={{ transform: `translateY(${start - offset}px)` }}
            >
              {draw(item)}
            </li>
          )
        );
      })}
    </ul>
  );
}
