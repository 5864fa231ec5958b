/**
 * The focus is never lost: where what had it goes away, as an answered question or a view that is left, the heading that
 * comes next gets it, and is read out. It is moved at no other time.
 */
import { useEffect, type RefObject } from 'react';

/** Where the focus is: the elements above it from the innermost, each with the position of the one below among its children. */
interface Place {
  readonly element: HTMLElement;
  /** The view it belongs to, as the container names it. */
  readonly view: string | undefined;
  readonly path: readonly { readonly parent: Element; readonly index: number }[];
}

const HEADING = 'h2, h3';
const FOCUSABLE = 'button, input, select, a[href], summary';

/** Keeps the focus within the container; the view that it shows is named by its `data-view`. */
export function useKeptFocus(container: RefObject<HTMLElement | null>): void {
  useEffect(() => {
    const root = container.current;
    if (root === null) return;
    let place: Place | null = null;
    const enter = ({ target }: FocusEvent): void => {
      place = target instanceof HTMLElement ? placeOf(target, root) : null;
    };
    const leave = ({ target }: FocusEvent): void =>
      queueMicrotask(() => {
        // Who puts it nowhere on purpose is let be; what has gone by now had it to the end.
        if (place?.element === target && isShown(place.element) && isNowhere() && document.hasFocus())
          place = null;
      });
    const follow = (): void => {
      if (place === null) return;
      if (!isNowhere()) place = place.element.isConnected ? placeOf(place.element, root) : place;
      else if (!isShown(place.element)) focusOn(nextAfter(place, root));
    };
    const observer = new MutationObserver(follow);
    observer.observe(root, { childList: true, subtree: true });
    root.addEventListener('focusin', enter);
    root.addEventListener('focusout', leave);
    return () => {
      observer.disconnect();
      root.removeEventListener('focusin', enter);
      root.removeEventListener('focusout', leave);
    };
  }, [container]);
}

const isNowhere = (): boolean => document.activeElement === null || document.activeElement === document.body;

/** What a view that is on its way will take the place of is hidden, and has lost the focus by that. */
const isShown = (element: HTMLElement): boolean => element.getClientRects().length > 0;

function placeOf(element: HTMLElement, root: HTMLElement): Place {
  const path: Place['path'][number][] = [];
  for (
    let below: Element = element;
    below !== root && below.parentElement !== null;
    below = below.parentElement
  )
    path.push({ parent: below.parentElement, index: [...below.parentElement.children].indexOf(below) });
  return { element, view: root.dataset.view, path };
}

/** Undefined while the next view is on its way. */
function nextAfter({ view, path }: Place, root: HTMLElement): HTMLElement | undefined {
  // What comes next in another view has nothing to do with where it was in this one.
  const levels = view === root.dataset.view ? path.filter(({ parent }) => parent.isConnected) : [];
  for (const selector of [HEADING, FOCUSABLE]) {
    for (const { parent, index } of [...levels, { parent: root, index: 0 }]) {
      const children = [...parent.children];
      const found = firstOf([...children.slice(index), ...children.slice(0, index).reverse()], selector);
      if (found !== undefined) return found;
    }
    if (root.querySelector('[role=progressbar]') !== null) return undefined;
  }
  return undefined;
}

function firstOf(elements: readonly Element[], selector: string): HTMLElement | undefined {
  for (const element of elements) {
    const matching = element.matches(selector) ? [element] : [...element.querySelectorAll(selector)];
    const found = matching.find((each): each is HTMLElement => each instanceof HTMLElement && isShown(each));
    if (found !== undefined) return found;
  }
  return undefined;
}

function focusOn(element: HTMLElement | undefined): void {
  if (element === undefined) return;
  if (element.matches(HEADING)) {
    // It has no place in the order of Tab, and is no target of the mouse.
    element.tabIndex = -1;
    element.addEventListener('blur', () => element.removeAttribute('tabindex'), { once: true });
  }
  element.focus();
}
