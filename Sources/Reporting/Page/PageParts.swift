/// What a page looks like; no part of it is fetched from anywhere.
enum PageParts {
  /// Contrast of letters is 4.5:1 at least in both schemes.
  static let style = """
    :root{color-scheme:light dark;--ground:#ffffff;--ink:#1f2328;--faint:#59636e;--line:#d8dee4;--band:#f6f8fa}
    @media (prefers-color-scheme:dark){:root{--ground:#0d1117;--ink:#e6edf3;--faint:#9aa4af;--line:#30363d;--band:#161b22}}
    body{margin:0;background:var(--ground);color:var(--ink);font:16px/1.5 Helvetica,Arial,"Liberation Sans",sans-serif}
    main{max-width:60rem;margin:0 auto;padding:1rem}
    h1{font-size:1.6rem;line-height:1.25;margin:.5rem 0}h2{font-size:1.2rem;margin:2rem 0 .5rem}h3{font-size:1.05rem;margin:1.5rem 0 .5rem}
    .job{border-top:2px solid var(--line);margin-top:2.5rem}a{color:inherit}
    .asked,footer,caption{color:var(--faint)}caption{text-align:left;padding:.2rem 0}
    .wide{overflow-x:auto}table{border-collapse:collapse;font-size:.85rem}
    th,td{text-align:left;padding:.25rem .6rem;border-bottom:1px solid var(--line);white-space:nowrap}
    td.long{white-space:normal;min-width:14rem}thead th{background:var(--band)}.n{text-align:right;font-variant-numeric:tabular-nums}
    svg{max-width:100%;height:auto}pre{font-size:.75rem;line-height:1.35;margin:.5rem 0}
    summary{cursor:pointer;padding:.2rem 0}input{width:7rem;font:inherit;text-align:right}
    @media print{body{font-size:11px}details,pre{break-inside:auto}tr,svg,section>ul{break-inside:avoid}.js{display:none}.wide{overflow:visible}}

    """
}
