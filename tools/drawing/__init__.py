"""Drawn filings, tables and samples: pages whose truth is known place by place."""
