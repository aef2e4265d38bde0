/** Fields that keep what is typed as it is typed. */
import { useId } from 'preact/hooks';
import type { Text } from '../../../../shared/text.ts';
import { useLanguage } from '../surroundings.tsx';
import { say as page } from '../words.ts';

interface FieldOptions {
  readonly label: Text;
  readonly hint?: Text;
  readonly value: string;
  readonly change: (value: string) => void;
  readonly isOptional?: boolean;
  /** What a phone's keyboard offers. */
  readonly mode?: 'text' | 'decimal';
  readonly isLong?: boolean;
  readonly maxLength?: number;
}

export function TextField({
  label,
  hint,
  value,
  change,
  isOptional,
  mode = 'text',
  isLong,
  maxLength = 255,
}: FieldOptions) {
  const language = useLanguage();
  const name = useId();
  const shared = {
    ...{ id: name, value, maxLength, spellcheck: false },
    ...(hint !== undefined && { 'aria-describedby': `${name}-hint` }),
  };
  return (
    <div class="field">
      <label htmlFor={name}>
        <span>{label[language]}</span>
        {isOptional && <small> {page.optional()[language]}</small>}
      </label>
      {isLong ? (
        <textarea
          {...shared}
          autocomplete="off"
          rows={3}
          onInput={({ currentTarget }) => change(currentTarget.value)}
        />
      ) : (
        <input
          {...shared}
          autocomplete="off"
          autocapitalize="none"
          inputMode={mode}
          onInput={({ currentTarget }) => change(currentTarget.value)}
        />
      )}
      {hint !== undefined && <small id={`${name}-hint`}>{hint[language]}</small>}
    </div>
  );
}

/** What is wrong, all of it, said at once. */
export function Mistakes({ found }: { readonly found: readonly Text[] }) {
  const language = useLanguage();
  return (
    <div role="alert">
      {found.length > 0 && (
        <ul class="mistakes">
          {found.map((text) => (
            <li key={text[language]}>
              <p class="trouble">
                <span aria-hidden="true">! </span>
                {text[language]}
              </p>
            </li>
          ))}
        </ul>
      )}
    </div>
  );
}
