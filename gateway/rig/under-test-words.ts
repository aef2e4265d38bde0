import { sentences } from '../../shared/text.ts';

/** What is under test, the city OS behind it, and what is waited for. */
export const say = sentences('rig.under-test', {
  badConfiguration: {
    en: 'the configuration has faults: {faults}',
    ja: '設定に誤りがあります: {faults}',
  },
  mendConfiguration: {
    en: 'Correct them; machimori check names the line of each',
    ja: '設定を修正してください。machimori check で該当する行を確認できます',
  },
  notKillable: {
    en: 'what runs in this process cannot be killed',
    ja: 'このプロセス内で動作しているものは強制終了できません',
  },
  useProcess: {
    en: 'Start the gateway as a process of its own',
    ja: 'ゲートウェイを独立したプロセスとして起動してください',
  },
  notRunning: { en: 'it is not running', ja: '動作していません' },
  startFirst: { en: 'Start it first', ja: '先に起動してください' },
  cannotBeAsked: {
    en: 'it is not a machimori gateway and has no status to ask for',
    ja: 'machimoriのゲートウェイではないため、状態を問い合わせることができません',
  },
  askTheCity: {
    en: 'Look at what has arrived in the city OS',
    ja: '都市OSに届いたデータで確認してください',
  },
  notCompiled: { en: 'the compiled program is missing', ja: 'コンパイル済みのプログラムがありません' },
  compile: { en: 'Run: npm run build', ja: 'npm run build を実行してください' },
  notSo: {
    en: 'it did not come true within {seconds} s; seen last: {last}',
    ja: '{seconds}秒以内に成立しませんでした。最後の状態: {last}',
  },
  lookAtLast: {
    en: 'Compare what was seen last with what was expected, or wait longer',
    ja: '最後の状態を期待する状態と比べるか、待ち時間を長くしてください',
  },
  drainedWait: { en: 'nothing waits for a destination', ja: '送信待ちがないこと' },
  refused: { en: 'nobody takes the connection', ja: '接続を受け付ける相手がいません' },
  waitForCity: { en: 'Wait until the city OS is back', ja: '都市OSが戻るまで待ってください' },
  notVirtual: { en: '{what} is not there on the virtual clock', ja: '{what}は仮想時計では使えません' },
  useRealClock: {
    en: 'Use the real clock; the virtual one has serial lines, and destinations of type city-os at the city of the rig',
    ja: '実時間で動かしてください。仮想時計で使えるのは、シリアル回線と、リグの都市OSへ送るcity-os型の送信先だけです',
  },
});
