import { sentences } from '../../../shared/text.ts';

/** record, replay, and recordings for decode. */
export const say = sentences('cli.recording', {
  record: {
    en: 'record a line both ways, with time stamps, as a file that Wireshark opens',
    ja: '回線の通信を双方向、時刻付きで記録（Wiresharkで開けるファイル）',
  },
  line: {
    en: 'a serial port (/dev/ttyUSB0) or tcp://host:port; with --config the name of a port of the gateway that runs',
    ja: 'シリアルポート（/dev/ttyUSB0）または tcp://ホスト:ポート。--config を付けると稼働中のゲートウェイのポート名',
  },
  file: { en: 'the recording, a new file', ja: '記録ファイル（新規作成）' },
  baud: { en: 'speed of the line, bits per second', ja: '通信速度（bps）' },
  dataBits: { en: 'data bits: 5, 6, 7 or 8', ja: 'データビット: 5、6、7、8' },
  parity: { en: 'parity: none, even or odd', ja: 'パリティ: none、even、odd' },
  stopBits: { en: 'stop bits: 1 or 2', ja: 'ストップビット: 1、2' },
  link: {
    en: 'give the program that reads the line this path instead: what it writes goes to the device, and is recorded too. Without it nothing is written to the device',
    ja: '回線を読むプログラムに、代わりにこのパスを開かせる。書き込みは機器に送り、あわせて記録する。指定しなければ機器には何も書き込まない',
  },
  config: {
    en: 'record a port of the gateway with this configuration',
    ja: 'この設定で稼働中のゲートウェイのポートを記録',
  },
  type: { en: 'what is on the line, if you know', ja: '回線につながる機器の種類（わかる場合）' },
  iMay: {
    en: 'you may record strangers’ addresses: needed where a detector hears them',
    ja: '他人の機器のアドレスを記録してよいことの確認（検知器のある回線で必要）',
  },
  maxSize: { en: 'end when the file reaches this size', ja: 'ファイルがこの大きさになったら終了' },
  seconds: { en: 'end after this many seconds', ja: 'この秒数で終了' },
  recordNote: {
    en: 'It ends with Ctrl-C, and goes on when a device that was unplugged is there again. A port of a gateway is recorded for 30 minutes at most. Only you may read the file.',
    ja: 'Ctrl-Cで終了します。抜かれた機器は、再びつながると記録を続けます。ゲートウェイのポートの記録は最長30分です。ファイルは本人だけが読めます。',
  },
  strangersNote: {
    en: 'A detector hears the devices of passers-by. Their addresses are personal data, so a line with one is recorded only with --i-may. What is on an unknown line only you can know: say it with --type.',
    ja: '検知器は通行人の機器を受信します。そのアドレスは個人データなので、検知器のある回線は --i-may を付けた場合だけ記録します。不明な回線に何がつながっているかは、作業者が確かめて --type で指定してください。',
  },
  personal: {
    en: 'a detector is on this line, and hears the devices of passers-by: their addresses are personal data',
    ja: 'この回線には検知器があり、通行人の機器を受信します。そのアドレスは個人データです',
  },
  askIfAllowed: {
    en: 'If you are allowed to record them, say so with --i-may; keep the file no longer than the case needs',
    ja: '記録が認められている場合は --i-may を付けてください。ファイルは用が済んだら削除してください',
  },
  noLine: {
    en: '"{word}" is neither a path such as /dev/ttyUSB0 nor tcp://host:port',
    ja: '「{word}」は /dev/ttyUSB0 のようなパスでも tcp://ホスト:ポート でもありません',
  },
  noType: {
    en: 'There is no device type "{name}"; there are: {known}',
    ja: '「{name}」という機器の種類はありません。使える種類: {known}',
  },
  notWithConfig: {
    en: '{option} does not apply with --config: the gateway has the line open',
    ja: '--config と {option} は同時に使えません。回線はゲートウェイが開いています',
  },
  linkIsLine: {
    en: '--link is another path than the line: the program that reads the line opens it instead',
    ja: '--link には回線とは別のパスを指定してください。回線を読むプログラムは、回線の代わりにそのパスを開きます',
  },
  recorded: {
    en: '{seconds} s: {from} {from:byte|bytes} from the device, {to} to it',
    ja: '{seconds}秒: 機器から{from}バイト、機器へ{to}バイト',
  },
  opened: { en: 'the line is open', ja: '回線を開きました' },
  closed: { en: 'the line is closed ({why}); waiting for it', ja: '回線が閉じました（{why}）。再接続を待っています' },
  openAgain: { en: 'the line is open again', ja: '回線が再び開きました' },
  closedBecause: { en: 'the line is closed: {why}', ja: '回線が閉じました: {why}' },
  missed: {
    en: '{count} {count:piece|pieces} lost: too much came at once',
    ja: '一度に多く届いたため、{count}件が失われました',
  },
  full: { en: '--max-size is reached', ja: '--max-size に達しました' },
  portEnded: {
    en: 'the port has ended, or runs with another configuration now',
    ja: 'ポートが終了したか、新しい設定に切り替わりました',
  },
  timeOver: { en: 'the 30 minutes are over', ja: '30分が経過しました' },
  written: {
    en: '{file}: {from} {from:byte|bytes} from the device, {to} to it',
    ja: '{file}: 機器から{from}バイト、機器へ{to}バイト',
  },
  nothingCame: {
    en: 'Nothing came: check the speed, the wiring and the power of the device',
    ja: '何も届きませんでした。通信速度、配線、機器の電源を確認してください',
  },

  replay: {
    en: 'play what a device said in a recording, on a pseudo-terminal, a TCP port or a serial port',
    ja: '記録にある機器の送信を、疑似端末、TCPポート、シリアルポートで再生',
  },
  replayFile: {
    en: 'recording: of machimori record, pcapng, pcap, btsnoop, or a log of gpsd',
    ja: '記録ファイル（machimori record、pcapng、pcap、btsnoop、gpsdのログ）',
  },
  replayLink: { en: 'symbolic link to the pseudo-terminal', ja: '疑似端末へのシンボリックリンク' },
  tcp: {
    en: 'a serial server on 127.0.0.1 instead; 0 takes any free port',
    ja: '疑似端末の代わりに127.0.0.1のTCPポートを使う（0は空きポート）',
  },
  path: {
    en: 'a serial port instead, by which the bytes go out',
    ja: '疑似端末の代わりに、このシリアルポートから送信',
  },
  speed: {
    en: 'how many times as fast, or max: as fast as the reader takes it',
    ja: '再生速度（倍率）。max は読み手に合わせた最高速',
  },
  loop: { en: 'begin again at the end', ja: '最後まで再生したら最初に戻る' },
  answers: {
    en: 'held: what was said to a question waits for that question; timed: it comes by its time (default: held if the device only spoke when it was asked)',
    ja: 'held: 要求への応答は、同じ要求が来るまで待つ。timed: 記録の時刻どおりに送る（既定値: 機器が要求にだけ応答していれば held）',
  },
  replaySeconds: { en: 'end after this many seconds', ja: 'この秒数で終了' },
  replayNote: {
    en: 'It prints the path to open, begins when somebody has opened it, and waits while nobody has. What the other side writes is shown.',
    ja: '開くパスを表示し、誰かが開くと再生を始めます。閉じている間は待ちます。相手が書き込んだ内容を表示します。',
  },
  oneTarget: {
    en: 'give one of --link, --tcp and --path',
    ja: '--link、--tcp、--path はどれかひとつを指定してください',
  },
  noSpeed: {
    en: '--speed takes a number above 0 or max, not "{word}"',
    ja: '--speed には0より大きい数か max を指定してください（"{word}" は不可）',
  },
  waits: { en: 'waiting until somebody opens {path}', ja: '{path} が開かれるのを待っています' },
  held: { en: 'answers wait for their questions', ja: '応答は、同じ要求が来るまで待ちます' },
  assumedRhythm: {
    en: 'the log has no times: an epoch a second is assumed',
    ja: 'ログに時刻がないため、1エポックを1秒とみなします',
  },
  toldRhythm: { en: 'the times are those of the receiver’s reports', ja: '時刻は受信機の報告によります' },
  said: { en: '→ {hex}  {text}', ja: '→ {hex}  {text}' },
  saidMore: { en: '→ … (only counted from here on)', ja: '→ …（以降は件数だけを数えます）' },
  notInRecording: {
    en: 'the rest of the recording has no answer to {hex}',
    ja: '記録のこの先にない要求です: {hex}',
  },
  played: {
    en: '{records} {records:piece|pieces} played, {bytes} {bytes:byte|bytes}; {written} written by the other side',
    ja: '再生{records}件、{bytes}バイト。相手からの書き込み{written}バイト',
  },
  polled: {
    en: '{unanswered} {unanswered:question|questions} without an answer in the recording, {passedOver} {passedOver:answer|answers} nobody asked for',
    ja: '記録に応答のない要求{unanswered}件、要求されなかった応答{passedOver}件',
  },
  nothingToPlay: { en: 'it holds nothing that a device sent', ja: '機器の送信が記録されていません' },
  networkPackets: {
    en: 'it holds {count} network {count:packet|packets}, not the bytes of a line',
    ja: '回線の記録ではなく、ネットワークのパケットが{count}件あります',
  },
  decodeNetwork: {
    en: 'machimori decode lorawan reads those of packet forwarders',
    ja: 'パケットフォワーダーのものは machimori decode lorawan で読めます',
  },
  noNetwork: {
    en: 'it is a recording of a line and holds no network packets',
    ja: '回線の記録で、ネットワークのパケットがありません',
  },
  takeNetwork: {
    en: 'Capture what a packet forwarder sends (tcpdump -i any -w FILE udp port 1700), or decode the line by its device type',
    ja: 'パケットフォワーダーの通信を取得するか（tcpdump -i any -w ファイル udp port 1700）、機器の種類を指定して回線を解読してください',
  },
  otherRecording: { en: 'Take a recording of a line', ja: '回線の記録を指定してください' },

  fragments: {
    en: 'fragments of packets, which are not put together: {count}',
    ja: 'パケットの断片（組み立てません）: {count}件',
  },
  cutPackets: {
    en: 'packets that were not captured whole: {count}',
    ja: '途中までしか取得されていないパケット: {count}件',
  },
  brokenDatagrams: {
    en: 'datagrams of packet forwarders without JSON that can be read: {count}',
    ja: 'JSONを読み取れないパケットフォワーダーのデータグラム: {count}件',
  },
  damaged: { en: '{file}, byte {offset}: {what}', ja: '{file}、{offset}バイト目: {what}' },
  moreDamage: { en: '{file}: {count} more such places', ja: '{file}: ほかに{count}か所' },
});
