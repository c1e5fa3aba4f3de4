/// What classes of transformers have where a file leaves out a key: facts of `configuration_*.py`, by `model_type`.
///
/// Source: https://github.com/huggingface/transformers, version 5.23, read 2026-11-28. Keys whose value is false are left out.
enum ClassDefaults {
  static func of(_ type: String) -> [String: String] { table[type] ?? [:] }

  private static let table: [String: [String: String]] = {
    var table: [String: [String: String]] = [:]
    // Classes that have the same stand together: `glm,glm4: …`.
    var names: [String] = []
    for word in text.split(whereSeparator: \.isWhitespace) {
      if word.last == ":" {
        names = word.dropLast().split(separator: ",").map(String.init)
        for name in names { table[name] = [:] }
      } else if let equals = word.firstIndex(of: "=") {
        for name in names { table[name]?[String(word[..<equals])] = String(word[word.index(after: equals)...]) }
      }
    }
    return table
  }()

  private static let text = """
    gpt2: vocab_size=50257 n_embd=768 n_layer=12 n_head=12 n_positions=1024 activation_function=gelu_new
      tie_word_embeddings=true
    gpt_neox: vocab_size=50432 hidden_size=6144 intermediate_size=24576 num_hidden_layers=44 num_attention_heads=64
      hidden_act=gelu attention_bias=true use_parallel_residual=true
    gpt_neo: vocab_size=50257 hidden_size=2048 num_layers=24 num_heads=16 max_position_embeddings=2048
      activation_function=gelu_new tie_word_embeddings=true window_size=256
    gptj,codegen: vocab_size=50400 n_embd=4096 n_layer=28 n_head=16 activation_function=gelu_new
    gpt_bigcode: vocab_size=50257 n_embd=768 n_layer=12 n_head=12 n_positions=1024
      activation_function=gelu_pytorch_tanh tie_word_embeddings=true multi_query=true
    llama: vocab_size=32000 hidden_size=4096 intermediate_size=11008 num_hidden_layers=32 num_attention_heads=32
    arcee: vocab_size=32000 hidden_size=2560 intermediate_size=18432 num_hidden_layers=32 num_attention_heads=32
      hidden_act=relu2
    mistral,ministral: vocab_size=32000 hidden_size=4096 intermediate_size=14336 num_hidden_layers=32
      num_attention_heads=32 num_key_value_heads=8 sliding_window=4096
    ministral3: vocab_size=131072 hidden_size=4096 intermediate_size=14336 num_hidden_layers=34
      num_attention_heads=32 num_key_value_heads=8 head_dim=128
    mixtral: vocab_size=32000 hidden_size=4096 intermediate_size=14336 num_hidden_layers=32 num_attention_heads=32
      num_key_value_heads=8 num_local_experts=8 num_experts_per_tok=2
    phi: vocab_size=51200 hidden_size=2048 intermediate_size=8192 num_hidden_layers=24 num_attention_heads=32
      hidden_act=gelu_new
    phi3: vocab_size=32064 hidden_size=3072 intermediate_size=8192 num_hidden_layers=32 num_attention_heads=32
    phi3small: vocab_size=100352 hidden_size=4096 ff_intermediate_size=14336 num_hidden_layers=32 num_attention_heads=32
      num_key_value_heads=8 hidden_act=gegelu tie_word_embeddings=true
    phimoe: vocab_size=32064 hidden_size=4096 intermediate_size=6400 num_hidden_layers=32 num_attention_heads=32
      num_key_value_heads=8 num_local_experts=16 num_experts_per_tok=2
    starcoder2: vocab_size=49152 hidden_size=3072 intermediate_size=12288 num_hidden_layers=30
      num_attention_heads=24 num_key_value_heads=2 hidden_act=gelu_pytorch_tanh tie_word_embeddings=true
      use_bias=true
    cohere: vocab_size=256000 hidden_size=8192 intermediate_size=22528 num_hidden_layers=40 num_attention_heads=64
      tie_word_embeddings=true
    cohere2: vocab_size=256000 hidden_size=8192 intermediate_size=22528 num_hidden_layers=40 num_attention_heads=64
      tie_word_embeddings=true sliding_window=4096
    glm,glm4,glm4v_text: vocab_size=151552 hidden_size=4096 intermediate_size=13696 num_hidden_layers=40
      num_attention_heads=32 num_key_value_heads=2 head_dim=128 attention_bias=true
    glm4_moe,glm4v_moe_text: vocab_size=151552 hidden_size=4096 intermediate_size=10944 num_hidden_layers=46
      num_attention_heads=96 num_key_value_heads=8 n_routed_experts=128 num_experts_per_tok=8
      moe_intermediate_size=1408 n_shared_experts=1 first_k_dense_replace=1
    granite: vocab_size=32000 hidden_size=4096 intermediate_size=11008 num_hidden_layers=32 num_attention_heads=32
    granitemoe: vocab_size=32000 hidden_size=4096 intermediate_size=11008 num_hidden_layers=32
      num_attention_heads=32 num_local_experts=8 num_experts_per_tok=2
    granitemoeshared: vocab_size=32000 hidden_size=4096 intermediate_size=11008 num_hidden_layers=32
      num_attention_heads=32 num_local_experts=8 num_experts_per_tok=2 shared_intermediate_size=0
    granitemoehybrid: vocab_size=32000 hidden_size=4096 intermediate_size=11008 num_hidden_layers=32
      num_attention_heads=32 num_local_experts=8 num_experts_per_tok=2 shared_intermediate_size=1024
      mamba_d_state=256 mamba_d_conv=4 mamba_expand=2 mamba_n_heads=128 mamba_n_groups=1 mamba_chunk_size=256
    olmo,olmo2: vocab_size=50304 hidden_size=4096 intermediate_size=11008 num_hidden_layers=32
      num_attention_heads=32
    olmo3: vocab_size=50304 hidden_size=4096 intermediate_size=11008 num_hidden_layers=32 num_attention_heads=32
      sliding_window=4096
    olmoe: vocab_size=50304 hidden_size=2048 intermediate_size=2048 num_hidden_layers=16 num_attention_heads=16
      num_experts=64 num_experts_per_tok=8
    smollm3: vocab_size=128256 hidden_size=2048 intermediate_size=11008 num_hidden_layers=36 num_attention_heads=16
      num_key_value_heads=4 tie_word_embeddings=true no_rope_layer_interval=4
    stablelm: vocab_size=50304 hidden_size=2560 intermediate_size=6912 num_hidden_layers=32 num_attention_heads=32
      num_key_value_heads=32
    falcon: vocab_size=65024 hidden_size=4544 num_hidden_layers=32 num_attention_heads=71 activation=gelu
      tie_word_embeddings=true parallel_attn=true multi_query=true
    opt: vocab_size=50272 hidden_size=768 ffn_dim=3072 num_hidden_layers=12 num_attention_heads=12
      max_position_embeddings=2048 activation_function=relu tie_word_embeddings=true enable_bias=true
      do_layer_norm_before=true
    bloom: vocab_size=250880 hidden_size=64 n_layer=2 n_head=8 tie_word_embeddings=true
    mpt: vocab_size=50368 d_model=2048 n_layers=24 n_heads=16 tie_word_embeddings=true no_bias=true
      expansion_ratio=4
    exaone4: vocab_size=102400 hidden_size=4096 intermediate_size=16384 num_hidden_layers=32 num_attention_heads=32
      num_key_value_heads=32 sliding_window=4096
    exaone_moe: vocab_size=102400 hidden_size=4096 intermediate_size=16384 num_hidden_layers=32
      num_attention_heads=32 num_key_value_heads=32 sliding_window=4096 num_experts=64 num_experts_per_tok=8
      moe_intermediate_size=1024 num_shared_experts=1 first_k_dense_replace=1
    qwen2: vocab_size=151936 hidden_size=4096 intermediate_size=22016 num_hidden_layers=32 num_attention_heads=32
      num_key_value_heads=32 sliding_window=4096 max_window_layers=28
    qwen2_moe: vocab_size=151936 hidden_size=2048 intermediate_size=5632 num_hidden_layers=24 num_attention_heads=16
      num_key_value_heads=16 qkv_bias=true sliding_window=4096 max_window_layers=28 num_experts=60
      num_experts_per_tok=4 moe_intermediate_size=1408 shared_expert_intermediate_size=5632 decoder_sparse_step=1
    qwen3: vocab_size=151936 hidden_size=4096 intermediate_size=22016 num_hidden_layers=32 num_attention_heads=32
      num_key_value_heads=32 head_dim=128 sliding_window=4096 max_window_layers=28
    qwen3_moe: vocab_size=151936 hidden_size=2048 intermediate_size=6144 num_hidden_layers=24 num_attention_heads=32
      num_key_value_heads=4 sliding_window=4096 num_experts=128 num_experts_per_tok=8 moe_intermediate_size=768
      decoder_sparse_step=1
    qwen3_next: vocab_size=151936 hidden_size=2048 intermediate_size=5632 num_hidden_layers=48
      num_attention_heads=16 num_key_value_heads=2 head_dim=256 num_experts=512 num_experts_per_tok=10
      moe_intermediate_size=512 shared_expert_intermediate_size=512 decoder_sparse_step=1 linear_conv_kernel_dim=4
      linear_key_head_dim=128 linear_value_head_dim=128 linear_num_key_heads=16 linear_num_value_heads=32
    qwen3_5_text: vocab_size=248320 hidden_size=4096 intermediate_size=12288 num_hidden_layers=32
      num_attention_heads=16 num_key_value_heads=4 head_dim=256 linear_conv_kernel_dim=4 linear_key_head_dim=128
      linear_value_head_dim=128 linear_num_key_heads=16 linear_num_value_heads=32
    qwen3_5_moe_text: vocab_size=248320 hidden_size=2048 num_hidden_layers=40 num_attention_heads=16
      num_key_value_heads=2 head_dim=256 num_experts=256 num_experts_per_tok=8 moe_intermediate_size=512
      shared_expert_intermediate_size=512 linear_conv_kernel_dim=4 linear_key_head_dim=128 linear_value_head_dim=128
      linear_num_key_heads=16 linear_num_value_heads=32
    qwen2_vl_text,qwen2_5_vl_text: vocab_size=152064 hidden_size=8192 intermediate_size=29568 num_hidden_layers=80
      num_attention_heads=64 num_key_value_heads=8 sliding_window=4096 max_window_layers=80
    qwen3_vl_text: vocab_size=151936 hidden_size=4096 intermediate_size=22016 num_hidden_layers=32
      num_attention_heads=32 num_key_value_heads=32 head_dim=128
    qwen3_vl_moe_text: vocab_size=151936 hidden_size=2048 intermediate_size=5632 num_hidden_layers=24
      num_attention_heads=16 num_key_value_heads=16 tie_word_embeddings=true num_experts=60 num_experts_per_tok=4
      moe_intermediate_size=1408 decoder_sparse_step=1
    gemma: vocab_size=256000 hidden_size=3072 intermediate_size=24576 num_hidden_layers=28 num_attention_heads=16
      num_key_value_heads=16 head_dim=256 hidden_act=gelu_pytorch_tanh tie_word_embeddings=true
    gemma2: vocab_size=256000 hidden_size=2304 intermediate_size=9216 num_hidden_layers=26 num_attention_heads=8
      num_key_value_heads=4 head_dim=256 hidden_activation=gelu_pytorch_tanh tie_word_embeddings=true
      sliding_window=4096
    gemma3_text: vocab_size=262208 hidden_size=2304 intermediate_size=9216 num_hidden_layers=26
      num_attention_heads=8 num_key_value_heads=4 head_dim=256 hidden_activation=gelu_pytorch_tanh
      tie_word_embeddings=true sliding_window=4096
    gemma4_text: vocab_size=262144 hidden_size=2304 intermediate_size=9216 num_hidden_layers=30
      num_attention_heads=8 num_key_value_heads=4 head_dim=256 hidden_activation=gelu_pytorch_tanh
      tie_word_embeddings=true sliding_window=512
    deepseek_v2: vocab_size=102400 hidden_size=4096 intermediate_size=11008 num_hidden_layers=32
      num_attention_heads=32 n_routed_experts=64 moe_intermediate_size=1407 n_shared_experts=2
      first_k_dense_replace=0 q_lora_rank=1536 kv_lora_rank=512 qk_nope_head_dim=128 qk_rope_head_dim=64
      v_head_dim=128
    deepseek_v3: vocab_size=129280 hidden_size=7168 intermediate_size=18432 num_hidden_layers=61
      num_attention_heads=128 num_key_value_heads=128 n_routed_experts=256 num_experts_per_tok=8
      moe_intermediate_size=2048 n_shared_experts=1 first_k_dense_replace=3 q_lora_rank=1536 kv_lora_rank=512
      qk_nope_head_dim=128 qk_rope_head_dim=64 v_head_dim=128
    minimax: vocab_size=32000 hidden_size=4096 intermediate_size=14336 num_hidden_layers=32 num_attention_heads=32
      num_key_value_heads=8 num_local_experts=8 num_experts_per_tok=2
    minimax_m2: vocab_size=200064 hidden_size=3072 intermediate_size=1536 num_hidden_layers=62
      num_attention_heads=48 num_key_value_heads=8 head_dim=128 num_local_experts=256 num_experts_per_tok=8
    llama4_text: vocab_size=202048 hidden_size=5120 intermediate_size=8192 num_hidden_layers=48
      num_attention_heads=40 num_key_value_heads=8 head_dim=128 use_qk_norm=true no_rope_layer_interval=4
      num_local_experts=16 num_experts_per_tok=1 interleave_moe_layer_step=1 intermediate_size_mlp=16384
      attention_chunk_size=8192
    gpt_oss: vocab_size=201088 hidden_size=2880 intermediate_size=2880 num_hidden_layers=36 num_attention_heads=64
      num_key_value_heads=8 head_dim=64 attention_bias=true sliding_window=128 num_local_experts=128
      num_experts_per_tok=4
    dbrx: vocab_size=32000 d_model=2048 n_layers=24 n_heads=16
    nemotron: vocab_size=256000 hidden_size=6144 intermediate_size=24576 num_hidden_layers=32 num_attention_heads=48
      hidden_act=relu2
    nemotron_h: vocab_size=131072 hidden_size=4096 intermediate_size=21504 num_attention_heads=32
      num_key_value_heads=8 head_dim=128 mlp_hidden_act=relu2 n_routed_experts=8 num_experts_per_tok=2
      moe_intermediate_size=7688 n_shared_experts=1 mamba_num_heads=128 mamba_head_dim=64 ssm_state_size=128
      n_groups=8 conv_kernel=4 expand=2 chunk_size=128 moe_shared_expert_intermediate_size=7688
    jamba: vocab_size=65536 hidden_size=4096 intermediate_size=14336 num_hidden_layers=32 num_attention_heads=32
      num_key_value_heads=8 num_experts=16 num_experts_per_tok=2 expert_layer_period=2 expert_layer_offset=1
      attn_layer_period=8 attn_layer_offset=4 mamba_d_state=16 mamba_d_conv=4 mamba_expand=2
    mamba,falcon_mamba: vocab_size=50280 hidden_size=768 num_hidden_layers=32 tie_word_embeddings=true conv_kernel=4
      expand=2 state_size=16
    mamba2: vocab_size=32768 hidden_size=4096 num_hidden_layers=64 num_heads=128 head_dim=64 n_groups=8
      conv_kernel=4 expand=2 chunk_size=256 state_size=128
    bamba: vocab_size=128000 hidden_size=4096 intermediate_size=14336 num_hidden_layers=32 num_attention_heads=32
      num_key_value_heads=8 mamba_d_state=256 mamba_d_conv=4 mamba_expand=2 mamba_n_heads=128 mamba_n_groups=1
      mamba_chunk_size=256
    seed_oss: vocab_size=155136 hidden_size=4096 intermediate_size=27648 num_hidden_layers=64 num_attention_heads=80
      num_key_value_heads=8 head_dim=128 attention_bias=true
    hunyuan_v1_dense: vocab_size=290943 hidden_size=4096 intermediate_size=11008 num_hidden_layers=32
      num_attention_heads=32
    hunyuan_v1_moe: vocab_size=290943 hidden_size=4096 intermediate_size=11008 num_hidden_layers=32
      num_attention_heads=32 num_experts=1
    ernie4_5: vocab_size=103424 hidden_size=1024 intermediate_size=3072 num_hidden_layers=18 num_attention_heads=16
      num_key_value_heads=2 head_dim=128 tie_word_embeddings=true
    ernie4_5_moe: vocab_size=103424 hidden_size=2560 intermediate_size=12288 num_hidden_layers=28
      num_attention_heads=20 num_key_value_heads=4 tie_word_embeddings=true moe_num_experts=64 moe_k=6
      moe_intermediate_size=1536 moe_num_shared_experts=2 moe_layer_start_index=1 moe_layer_end_index=-1
      moe_layer_interval=1
    internlm3: vocab_size=128512 hidden_size=4096 intermediate_size=10240 num_hidden_layers=48
      num_attention_heads=32 num_key_value_heads=2 head_dim=128
    minicpm3: vocab_size=73448 hidden_size=2560 intermediate_size=6400 num_hidden_layers=62 num_attention_heads=40
      num_key_value_heads=40 tie_word_embeddings=true q_lora_rank=768 kv_lora_rank=256 qk_nope_head_dim=64
      qk_rope_head_dim=32
    helium: vocab_size=48000 hidden_size=2560 intermediate_size=7040 num_hidden_layers=24 num_attention_heads=20
      num_key_value_heads=20 head_dim=128
    apertus: vocab_size=131072 hidden_size=4096 intermediate_size=14336 num_hidden_layers=32 num_attention_heads=32
      hidden_act=xielu
    dots1: vocab_size=152064 hidden_size=4608 intermediate_size=10944 num_hidden_layers=62 num_attention_heads=32
      num_key_value_heads=32 sliding_window=4096 max_window_layers=62 moe_intermediate_size=1408
      first_k_dense_replace=0
    mllama_text_model: vocab_size=128256 hidden_size=4096 intermediate_size=14336 num_hidden_layers=40
      num_attention_heads=32 num_key_value_heads=8
    persimmon: vocab_size=262144 hidden_size=4096 intermediate_size=16384 num_hidden_layers=36
      num_attention_heads=64 hidden_act=relu2 qk_layernorm=true
    bert,xlm-roberta,camembert: vocab_size=30522 hidden_size=768 intermediate_size=3072 num_hidden_layers=12
      num_attention_heads=12 max_position_embeddings=512 hidden_act=gelu tie_word_embeddings=true type_vocab_size=2
    roberta: vocab_size=50265 hidden_size=768 intermediate_size=3072 num_hidden_layers=12 num_attention_heads=12
      max_position_embeddings=512 hidden_act=gelu tie_word_embeddings=true type_vocab_size=2
    distilbert: vocab_size=30522 dim=768 hidden_dim=3072 n_layers=6 n_heads=12 max_position_embeddings=512
      activation=gelu tie_word_embeddings=true
    mpnet: vocab_size=30527 hidden_size=768 intermediate_size=3072 num_hidden_layers=12 num_attention_heads=12
      max_position_embeddings=512 hidden_act=gelu tie_word_embeddings=true
    modernbert: vocab_size=50368 hidden_size=768 intermediate_size=1152 num_hidden_layers=22 num_attention_heads=12
      hidden_activation=gelu tie_word_embeddings=true local_attention=128
    nomic_bert: vocab_size=30528 hidden_size=768 intermediate_size=3072 num_hidden_layers=12 num_attention_heads=12
      type_vocab_size=2
    eurobert: vocab_size=128256 hidden_size=768 intermediate_size=3072 num_hidden_layers=12 num_attention_heads=12
    clip_text_model: vocab_size=49408 hidden_size=512 intermediate_size=2048 num_hidden_layers=12
      num_attention_heads=8 max_position_embeddings=77 hidden_act=quick_gelu
    clip_vision_model: hidden_size=768 intermediate_size=3072 num_hidden_layers=12 num_attention_heads=12
      hidden_act=quick_gelu image_size=224 patch_size=32 num_channels=3
    vit,deit: hidden_size=768 intermediate_size=3072 num_hidden_layers=12 num_attention_heads=12 hidden_act=gelu
      qkv_bias=true image_size=224 patch_size=16 num_channels=3
    siglip_vision_model: hidden_size=768 intermediate_size=3072 num_hidden_layers=12 num_attention_heads=12
      hidden_act=gelu_pytorch_tanh image_size=224 patch_size=16 num_channels=3
    t5,longt5: vocab_size=32128 d_model=512 d_kv=64 d_ff=2048 num_layers=6 num_heads=8 feed_forward_proj=relu
      tie_word_embeddings=true
    mt5,umt5: vocab_size=250112 d_model=512 d_kv=64 d_ff=1024 num_layers=8 num_heads=6 feed_forward_proj=gated-gelu
    whisper: vocab_size=51865 num_mel_bins=80 encoder_layers=4 encoder_attention_heads=6 decoder_layers=4
      decoder_attention_heads=6 encoder_ffn_dim=1536 decoder_ffn_dim=1536 d_model=384 max_source_positions=1500
      max_target_positions=448 tie_word_embeddings=true
    bart,mbart,pegasus,m2m_100,marian,blenderbot: tie_word_embeddings=true
    internlm,internlm2: bias=true
    minicpm: tie_word_embeddings=true
    RefinedWeb: tie_word_embeddings=true parallel_attn=true new_decoder_architecture=true
    RefinedWebModel: tie_word_embeddings=true parallel_attn=true multi_query=true
    minimax_text_01: num_local_experts=8 num_experts_per_tok=2
    """
}
