"""Reconciliation for OpenRefine and its like: names of a list to things of the graph.

Source: Reconciliation Service API 0.2, https://www.w3.org/community/reports/reconciliation/CG-FINAL-specs-0.2-20230410/.
"""
