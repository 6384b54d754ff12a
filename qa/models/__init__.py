"""The models, and the only folder with their libraries: dense vectors, learned sparse ones, rerankers, chat."""
