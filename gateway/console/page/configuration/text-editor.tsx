/** A text with the numbers of its lines. Lines are not broken, so that each number stands beside its own. */
import type { Ref } from 'preact';
import { useImperativeHandle, useRef } from 'preact/hooks';
import type { Text } from '../../../../shared/text.ts';
import { useLanguage } from '../surroundings.tsx';

export interface Editing {
  /** Marks a line, counted from 1, and scrolls to it. */
  goTo(line: number): void;
}

interface Options {
  readonly label: Text;
  readonly text: string;
  readonly write: (text: string) => void;
  readonly editing: Ref<Editing>;
}

export function TextEditor({ label, text, write, editing }: Options) {
  const language = useLanguage();
  const area = useRef<HTMLTextAreaElement>(null);
  const numbers = useRef<HTMLPreElement>(null);
  const lines = text.split('\n').length;
  useImperativeHandle(
    editing,
    () => ({
      goTo(line) {
        const { current } = area;
        if (current === null) return;
        const before = current.value.split('\n').slice(0, line - 1);
        const from = before.reduce((sum, each) => sum + each.length + 1, 0);
        const end = current.value.indexOf('\n', from);
        current.focus();
        current.setSelectionRange(from, end === -1 ? current.value.length : end);
        current.scrollTop = (current.scrollHeight / current.value.split('\n').length) * Math.max(0, line - 4);
        current.scrollIntoView({ block: 'center' });
      },
    }),
    [],
  );
  const follow = () => {
    if (numbers.current && area.current) numbers.current.scrollTop = area.current.scrollTop;
  };
  return (
    <div class="text-editor">
      <pre ref={numbers} aria-hidden="true">
        {Array.from({ length: lines }, (_, i) => i + 1).join('\n')}
      </pre>
      <textarea
        ref={area}
        aria-label={label[language]}
        wrap="off"
        rows={Math.min(30, Math.max(12, lines))}
        spellcheck={false}
        autocapitalize="none"
        autocomplete="off"
        value={text}
        onInput={({ currentTarget }) => write(currentTarget.value)}
        onScroll={follow}
      />
    </div>
  );
}
