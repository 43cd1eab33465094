# embtrain in a container: docker build -t embtrain . ; docker run --rm -v "$PWD:/data" embtrain train corpus.txt -o vectors.safetensors
FROM python:3.11-slim AS build
RUN apt-get update \
    && apt-get install -y --no-install-recommends g++ \
    && rm -rf /var/lib/apt/lists/*
COPY . /src
RUN pip wheel --no-cache-dir --no-deps --wheel-dir /wheels -C cmake.define.EMBTRAIN_STATIC_RUNTIME=ON /src

FROM python:3.11-slim
COPY constraints.txt /constraints.txt
COPY --from=build /wheels /wheels
# PyTorch without CUDA; for a GPU, leave out --extra-index-url and take the default build.
RUN pip install --no-cache-dir --extra-index-url https://download.pytorch.org/whl/cpu -c /constraints.txt \
      "$(echo /wheels/embtrain-*.whl)[hf,index,parquet,zh,zst]" \
    && rm -r /wheels /constraints.txt
# Run as yourself (--user "$(id -u):$(id -g)"), so that outputs are yours; no user needs a home.
ENV HOME=/tmp PYTHONDONTWRITEBYTECODE=1
WORKDIR /data
ENTRYPOINT ["embtrain"]
CMD ["--help"]
