import { sentences } from '../../shared/text.ts';

/** What is wrong with outputs on the spot. */
export const say = sentences('config.output', {
  portShape: {
    en: 'port "{port}" is no line that an output can write to',
    ja: 'ポート "{port}" は出力が書き込める回線ではありません',
  },
  portShared: {
    en: 'port "{port}" is not its own: a device or another output uses it',
    ja: 'ポート "{port}" は機器またはほかの出力が使っています',
  },
  ownPort: {
    en: 'Give it a [[port]] of type serial or tcp of its own',
    ja: '専用の [[port]]（種類は serial または tcp）を用意してください',
  },
  noAlarm: { en: 'no threshold raises the alarm "{alarm}"', ja: '警報 "{alarm}" を出すしきい値がありません' },
  noPort: { en: 'there is no port "{port}"', ja: 'ポート "{port}" はありません' },
  addThreshold: {
    en: 'Add a [[device.threshold]], or remove it',
    ja: '[[device.threshold]] を追加するか、削除してください',
  },
  noDevice: { en: 'there is no device "{device}"', ja: '機器 "{device}" はありません' },
  addDevice: { en: 'Add a [[device]], or remove it', ja: '[[device]] を追加するか、削除してください' },
  addPort: { en: 'Add a [[port]] of that name', ja: 'その名前の [[port]] を追加してください' },
});
