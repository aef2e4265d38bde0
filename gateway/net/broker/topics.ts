/** Topics and filters. Source: MQTT 3.1.1 (OASIS), 4.7. */

/** Whether it is a filter: "#" is alone in the last level, "+" alone in its level. */
export function isFilter(text: string): boolean {
  const levels = text.split('/');
  return (
    text !== '' &&
    !text.includes('\0') &&
    levels.every((level, i) => level === '+' || (level === '#' ? i === levels.length - 1 : !/[+#]/.test(level)))
  );
}

/** Whether a filter takes a topic. A wildcard in the first level takes no topic that begins with "$". */
export function takesTopic(filter: string, topic: string): boolean {
  if (/^[+#]/.test(filter) && topic.startsWith('$')) return false;
  const wanted = filter.split('/');
  const given = topic.split('/');
  const isOpen = wanted.at(-1) === '#';
  const fixed = isOpen ? wanted.slice(0, -1) : wanted;
  return (
    (isOpen ? given.length >= fixed.length : given.length === fixed.length) &&
    fixed.every((level, i) => level === '+' || level === given[i])
  );
}

/** Whether there is a topic that both filters take. */
export function mayMeet(one: string, other: string): boolean {
  const isApart = (filter: string, topic: string) => /^[+#]/.test(filter) && topic.startsWith('$');
  return !isApart(one, other) && !isApart(other, one) && levelsMeet(one.split('/'), other.split('/'));
}

function levelsMeet([one, ...more]: readonly string[], [other, ...others]: readonly string[]): boolean {
  if (one === '#' || other === '#') return true;
  if (one === undefined || other === undefined) return one === other;
  return (one === other || one === '+' || other === '+') && levelsMeet(more, others);
}

const maxShown = 80;

/**
 * A stranger's topic as it may be shown. Bluetooth gateways publish under the address or beacon id of whatever they hear
 * (".../BTtoMQTT/A4C138...", a UUID): such digits belong to passers-by and must not reach the status.
 */
export function shownTopic(topic: string): string {
  const shown = topic.slice(0, maxShown);
  return shown.replace(/(?<![0-9a-f])[0-9a-f]{2}(?:[:_-]?[0-9a-f]{2}){5,}(?![0-9a-f])/gi, '…');
}
