/** @jsxImportSource preact */
import { useEffect, useRef } from 'preact/hooks';
import type { FeedStore } from './feed-store.js';
import { CrossIcon, SearchIcon } from './icons.js';
import { isFiltering, NO_FILTER } from './record-filter.js';

/** Which records are shown. `/` goes to the field. */
export function FilterBar({ feed }: { readonly feed: FeedStore }) {
  const { filter } = feed;
  const field = useRef<HTMLInputElement>(null);
  useSlash(field);
  return (
    <div class="filter">
      <label class="filter-search">
        <SearchIcon />
        <input
          ref={field}
          type="search"
          aria-label="Search in records"
          placeholder="Search in records ( / )"
          value={filter.search}
          onInput={({ currentTarget }) =>
            feed.setFilter({ ...filter, search: currentTarget.value })
          }
        />
      </label>
      <div class="filter-types" role="group" aria-label="Types">
        {[...feed.typeCounts].map(([type, count]) => (
          <button
            key={type}
            type="button"
            class="chip"
            aria-pressed={filter.types.has(type)}
            onClick={() => {
              const types = new Set(filter.types);
              if (!types.delete(type)) types.add(type);
              feed.setFilter({ ...filter, types });
            }}
          >
            {type} <small>{count}</small>
          </button>
        ))}
      </div>
      {isFiltering(filter) && (
        <button
          type="button"
          class="chip clear"
          onClick={() => feed.setFilter(NO_FILTER)}
        >
          <CrossIcon /> {feed.shown.length} of {feed.rows.length}
        </button>
      )}
    </div>
  );
}

function useSlash(field: { readonly current: HTMLInputElement | null }): void {
  useEffect(() => {
    const onKey = (event: KeyboardEvent): void => {
      const { key, target } = event;
      // The slider is an input, too, in which nobody types.
      const isTyping =
        target instanceof HTMLInputElement && target.type !== 'range';
      if (key !== '/' || isTyping) return;
      event.preventDefault();
      field.current?.focus();
    };
    addEventListener('keydown', onKey);
    return () => removeEventListener('keydown', onKey);
  }, [field]);
}
