import { sentences } from '../../shared/text.ts';

export const say = sentences('acts', {
  notReached: {
    en: 'The city OS was not reached with it, and the configuration before it was put back. Check its destinations',
    ja: '新しい設定では都市OSに接続できなかったため、元の設定に戻しました。送信先を確認してください',
  },
  notStarted: {
    en: 'The gateway did not start with it, and the configuration before it was put back. See its log',
    ja: '新しい設定ではゲートウェイを起動できなかったため、元の設定に戻しました。ログを確認してください',
  },
  notApplied: {
    en: 'It was cut off, or another took its place: the gateway runs with another configuration. Order it again',
    ja: '途中で停止したか、ほかの設定に置き換えられたため、ゲートウェイは別の設定で動いています。命令し直してください',
  },
  showsAlarm: {
    en: 'The board shows an alarm or a test, which goes first. Order it again when that is over',
    ja: '表示器は警報または試験を優先して表示中です。終わってからもう一度指示してください',
  },
});
