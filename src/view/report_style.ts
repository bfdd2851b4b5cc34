/**
 * How a report looks, in light and in dark, on a screen of any width and on paper.
 *
 * @module
 */

/** The style sheet of a report. */
export const REPORT_STYLE = `
:root{color-scheme:light dark;--ink:#1d2125;--faint:#5b636b;--ground:#fff;--line:#d5dade;--code:#f4f6f7}
@media (prefers-color-scheme:dark){:root{--ink:#e3e6e8;--faint:#a2aab1;--ground:#15181a;--line:#3a4147;--code:#1f2427}}
body{margin:0;background:var(--ground);color:var(--ink);font:15px/1.5 system-ui,sans-serif}
main{max-width:860px;margin:0 auto;padding:24px 16px 64px}
h1{font-size:1.6em;margin:0 0 4px;overflow-wrap:anywhere}h2{font-size:1.2em;margin:32px 0 8px;border-bottom:1px solid var(--line);padding-bottom:4px}
p{margin:4px 0}.faint{color:var(--faint)}
.state{padding:1px 8px;border-radius:3px;font-weight:600}
.box{overflow-x:auto}
table{border-collapse:collapse;margin:8px 0}caption{text-align:left;color:var(--faint)}
th,td{text-align:left;padding:3px 16px 3px 0;vertical-align:top;border-bottom:1px solid var(--line);overflow-wrap:break-word}
.long{overflow-wrap:anywhere;min-width:11em}
td{min-width:4.2em}th[scope=row]{min-width:7em}td.n{white-space:nowrap}
td.n,th.n{text-align:right}
pre{background:var(--code);padding:8px 10px;margin:6px 0;overflow-x:auto;white-space:pre-wrap;overflow-wrap:anywhere;font:13px/1.45 ui-monospace,monospace}
code{font:13px ui-monospace,monospace}
figure{margin:12px 0}figure svg,section img{max-width:100%;height:auto}figure img{max-height:640px;background:#fff}figcaption{color:var(--faint)}
@media (max-width:40rem){figure svg{font-size:14px;overflow:visible}}
section[data-cell]{border-left:3px solid var(--line);padding-left:12px;margin:16px 0}
section[data-status=error]{border-left-color:#d1590b}
iframe{width:100%;height:300px;border:1px solid var(--line);resize:vertical}
@media print{iframe{page-break-inside:avoid}main{max-width:none}}
`.trim();
