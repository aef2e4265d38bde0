/** How the page looks: on a phone, on a screen, and on A4 without colour. */
export const STYLE = `
@page { size: A4; margin: 14mm 13mm 16mm; @bottom-right { content: counter(page) " / " counter(pages); font: 8pt sans-serif; color: #444; } }
* { box-sizing: border-box; }
html { -webkit-text-size-adjust: 100%; }
body { margin: 0 auto; padding: 1.5rem 1rem 3rem; max-width: 62rem; color: #1a1d21; background: #fff; line-height: 1.55;
  font-family: "Hiragino Sans", "Noto Sans CJK JP", "Noto Sans JP", "Yu Gothic", Meiryo, "Helvetica Neue", Arial, sans-serif; font-size: 0.95rem; }
html[lang="en"] body { font-family: "Helvetica Neue", Arial, "Liberation Sans", "Noto Sans CJK JP", "Hiragino Sans", sans-serif; }
header { border-bottom: 3px solid #1f3d5c; padding-bottom: 0.8rem; margin-bottom: 1.2rem; }
h1 { font-size: 1.7rem; line-height: 1.25; margin: 0 0 0.3rem; color: #14293f; }
h1 small { display: block; font-size: 1.05rem; font-weight: 600; color: #3a4855; margin-top: 0.2rem; }
header p { margin: 0.1rem 0; color: #3a4855; font-size: 0.85rem; overflow-wrap: anywhere; }
h2 { font-size: 1.15rem; margin: 2rem 0 0.4rem; padding-left: 0.55rem; border-left: 5px solid #1f3d5c; color: #14293f; break-after: avoid; }
h2 + p { margin: 0 0 0.6rem; color: #3a4855; font-size: 0.85rem; break-after: avoid; }
p.note { border: 1px solid #7a5b00; border-left-width: 5px; background: #fff9e5; padding: 0.4rem 0.7rem; margin: 0.5rem 0; font-size: 0.9rem; }
dl.figures { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(13rem, 45%), 1fr)); gap: 0.6rem; margin: 0.6rem 0 0; }
dl.figures div { border: 1px solid #b6c0ca; border-radius: 4px; padding: 0.5rem 0.7rem; break-inside: avoid; }
dl.figures dt { font-size: 0.78rem; color: #3a4855; }
dl.figures dd { margin: 0; font-size: 1.35rem; font-weight: 700; font-variant-numeric: tabular-nums; }
dl.figures dd small { font-size: 0.75rem; font-weight: 400; color: #3a4855; margin-left: 0.35em; }
.wide { overflow-x: auto; }
table { border-collapse: collapse; width: 100%; min-width: 44rem; font-size: 0.8rem; line-height: 1.35; }
thead { display: table-header-group; }
tr { break-inside: avoid; }
th, td { border-bottom: 1px solid #cbd2d9; padding: 0.28rem 0.45rem; text-align: left; vertical-align: top; }
thead th { white-space: nowrap; border-bottom: 2px solid #1f3d5c; vertical-align: bottom; font-weight: 600; background: #f1f4f7; }
tbody th { font-weight: 600; overflow-wrap: anywhere; min-width: 6.5rem; }
td.n, th.n { text-align: right; font-variant-numeric: tabular-nums; white-space: nowrap; }
td small, th small { display: block; font-weight: 400; color: #3a4855; font-size: 0.92em; overflow-wrap: anywhere; }
td.when, small.when { white-space: nowrap; } .worst small.when { display: inline-block; margin-right: 0.4em; }
svg.plot { display: block; width: 100%; min-width: 40rem; height: auto; font-family: inherit; }
svg.part { width: 100%; min-width: 5rem; height: 0.8rem; display: block; margin-top: 0.25rem; }
svg text { font-size: 11px; fill: #1a1d21; } svg text.small { font-size: 9.5px; } svg text.tiny { font-size: 8px; }
svg text.middle { text-anchor: middle; } svg text.end { text-anchor: end; }
.bar { fill: #2c5f8a; } .grid { stroke: #d5dbe1; } .axis { stroke: #1a1d21; }
rect.full { fill: #fff; stroke: #b9c2cb; stroke-width: 0.5; } rect.high { fill: #d9e6f2; stroke: #9aa5b0; stroke-width: 0.6; }
rect.middling { fill: #9dbfdd; stroke: #7d8a96; stroke-width: 0.6; } rect.low { fill: #3f73a3; stroke: #33475a; stroke-width: 0.6; }
rect.least { fill: #14293f; stroke: #14293f; stroke-width: 0.6; } rect.unmeasured { fill: #f4f4f4; stroke: #cbd2d9; stroke-width: 0.6; }
svg text.low-text, svg text.least-text { fill: #fff; } svg text.unmeasured-text { fill: #5c6670; }
p.file { font-size: 0.8rem; margin: 0.4rem 0 0; color: #3a4855; } a { color: #1b4f7d; }
ul.rules { font-size: 0.82rem; padding-left: 1.5rem; margin: 0.3rem 0; } ul.rules li { margin: 0.25rem 0; }
@media print {
  html { font-size: 12px; } body { padding: 0; max-width: none; }
  * { -webkit-print-color-adjust: exact; print-color-adjust: exact; }
  h1 { font-size: 17pt; } h1 small { font-size: 11pt; } h2 { font-size: 11.5pt; margin-top: 6mm; }
  dl.figures { grid-template-columns: repeat(4, 1fr); } dl.figures dd { font-size: 13pt; }
  table { font-size: 7.2pt; min-width: 0; } thead th { white-space: normal; } th, td { padding: 0.9mm 1.3mm; } tbody th { min-width: 0; }
  .wide { overflow: visible; } svg.plot { min-width: 0; } figure, section.whole { break-inside: avoid; }
  section.page { break-before: page; } section.page h2 { margin-top: 0; }
  p.file { display: none; } a { color: inherit; text-decoration: none; }
}
figure { margin: 0; }
`;
