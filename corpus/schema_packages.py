"""Migration for the packages that the code of documents imports."""

from __future__ import annotations

PACKAGES_SQL = """
CREATE TABLE document_packages ( -- Packages that a document's Python or R code imports; known packages only.
    document_id TEXT NOT NULL REFERENCES documents(id) ON DELETE CASCADE, -- the document
    package TEXT NOT NULL, -- the distribution as people know it: torch, scikit-learn, data.table
    PRIMARY KEY (document_id, package)
) WITHOUT ROWID;
CREATE VIEW v_solution_packages AS -- One row per solution and package that its code imports, copies left out.
SELECT d.solution_id, d.competition_id, d.competition, d.platform, d.metric, d.year, d.rank, d.rank_source,
       p.package, -- the distribution as people know it
       min(d.counted_on) AS counted_on, -- the earliest of its documents'
       count(*) AS n_documents -- documents that import it
FROM document_packages p
JOIN v_documents d ON d.document_id = p.document_id
WHERE d.solution_id IS NOT NULL AND d.is_analysed AND d.copy_of IS NULL
GROUP BY d.solution_id, p.package;
"""
